"""What every operation of the OpenAPI document shares: how a refusal looks."""

from typing import Any

from rest_framework import serializers

from catalog_project.api.problems import PROBLEM_JSON


class FlawSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        allow_blank=True, help_text="RFC 6901 pointer to the part of the input."
    )
    code = serializers.CharField(help_text="Stable; for programs.")
    detail = serializers.CharField(help_text="A sentence for people.")


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `type` leads to the explanation of `code`."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField(help_text="Quote it when you report the problem.")
    errors = FlawSerializer(many=True, required=False)  # type: ignore[assignment]  # a field


def problems(*statuses: int) -> dict[tuple[int, str], type[ProblemSerializer]]:
    """The refusals an operation may answer with, for the `responses` of `extend_schema`."""
    return {(status, PROBLEM_JSON): ProblemSerializer for status in statuses}
