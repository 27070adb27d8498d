"""A fingerprint of where a request comes from."""

import hashlib
from typing import TYPE_CHECKING

from catalog_project.ops.clients import client_network

if TYPE_CHECKING:
    from django.http import HttpRequest


def client_digest(request: "HttpRequest") -> str:
    """A fingerprint of where a request comes from and of the program that sent it: not a proof,
    but enough to tell a clumsy client from a foreign one."""
    agent = str(request.META.get("HTTP_USER_AGENT", ""))
    return hashlib.sha256(f"{client_network(request)}\0{agent}".encode()).hexdigest()
