"""Consent to a loss, said in the address: `?accept_loss=true`."""

from rest_framework import serializers
from rest_framework.request import Request

CONSENT = ("accept_loss",)


def accepts_loss(request: Request) -> bool:
    """Whether the caller has seen what would be lost, and wants it. Raises ValidationError."""
    said = request.query_params.get("accept_loss", "false")
    if said not in ("true", "false"):
        raise serializers.ValidationError({"accept_loss": ["Say true or false."]})
    return said == "true"
