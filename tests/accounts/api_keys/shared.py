"""What tests of API keys ask for, and how."""

from typing import Any

from rest_framework.test import APIClient

from accounts.models import ApiKey

KEYS = "/api/v1/api-keys"
ME = "/api/v1/auth/me"
PRODUCTS = "/api/v1/products"
ASKED = {"name": "import", "scopes": ["products:read"]}
EVERYBODYS = ApiKey.objects.all


def post(client: APIClient, path: str, **body: Any) -> Any:
    return client.post(path, body, format="json")
