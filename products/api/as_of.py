"""`price_as_of`: products and variants with the prices of another instant; `as_of`: what a product
was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import ensure_any_role, ensure_role
from accounts.roles import Role
from catalog_project.api.preconditions import digest
from catalog_project.api.serializers import Instant
from products.documents.price_answers import with_prices_of

MOST_VERSION = 2**31 - 1
FARTHEST = timedelta(days=366 * 10)


def read_instant(request: Request) -> datetime | None:
    """`price_as_of`, where it is given. What a price is going to be is for callers with a role.

    Raises ValidationError, NotAuthenticated, PermissionDenied.
    """
    text = request.query_params.get("price_as_of")
    if text is None:
        return None
    try:
        # A plus sign that nobody encoded arrives as a blank.
        at: datetime = Instant().run_validation(text.replace(" ", "+"))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"price_as_of": error.detail}) from None
    now = datetime.now(UTC)
    if abs(at - now) > FARTHEST:
        raise serializers.ValidationError({"price_as_of": "Give an instant within ten years."})
    if at > now:
        ensure_any_role(request.user, "What a price is going to be is for callers with a role.")
    return at


def read_as_of(request: Request) -> datetime | int | None:
    """`as_of`, where it is given: an instant of the past, or a version. It is for editors.

    Raises ValidationError, NotAuthenticated, PermissionDenied.
    """
    text = request.query_params.get("as_of")
    if text is None:
        return None
    ensure_role(request.user, Role.EDITOR, "What a product was is for editors.")
    if "price_as_of" in request.query_params:
        raise serializers.ValidationError({"price_as_of": "as_of brings the prices along."})
    if text.isascii() and text.isdigit():
        return min(int(text[:11]), MOST_VERSION)
    try:
        at: datetime = Instant().run_validation(text.replace(" ", "+"))
    except serializers.ValidationError:
        raise serializers.ValidationError(
            {"as_of": "Give an instant, such as 2026-03-01T09:00:00Z, or a version, such as 7."}
        ) from None
    if at > datetime.now(UTC):
        raise serializers.ValidationError({"as_of": "Nobody knows what it is going to be."})
    return at


def repriced(
    bodies: list[bytes], at: datetime, fields: tuple[str, ...], view: int
) -> tuple[list[bytes], str]:
    """These whole documents with the prices of that instant, cut to `fields`; and their digest."""
    products: list[dict[str, Any]] = [orjson.loads(body) for body in bodies]
    with_prices_of(products, at, view)
    if fields:
        products = [{name: product[name] for name in fields} for product in products]
    written = [orjson.dumps(product) for product in products]
    return written, digest(*written)
