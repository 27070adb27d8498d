"""The values of filters as text -> as a statement takes them. Each raises ValidationError."""

import re
from datetime import datetime
from uuid import UUID

from rest_framework import serializers

from catalog_project.api.serializers import CANONICAL_UUID, Instant, Money
from products.documents.stock import AVAILABILITIES
from products.errors import InvalidValue
from products.models import Product
from products.models.external_ids import SYSTEM_FORM
from products.models.prices import DECIMAL_PLACES, MAX_DIGITS
from products.services.gtins import normal_gtin

MAX_TEXT = 200
MAX_TAGS = 10
STATUSES = tuple(Product.Status.values)


def read_uuid(text: str) -> str:
    if not CANONICAL_UUID.fullmatch(text):
        raise serializers.ValidationError("Give an id (a UUID).")
    return str(UUID(text))


def read_text(text: str) -> str:
    if not text.strip() or len(text) > MAX_TEXT or "\0" in text:
        raise serializers.ValidationError(f"Give 1 to {MAX_TEXT} characters.")
    return text


def read_tags(text: str) -> list[str]:
    tags = sorted({read_text(tag) for tag in text.split(",")})
    if len(tags) > MAX_TAGS:
        raise serializers.ValidationError(f"At most {MAX_TAGS} tags.")
    return tags


def read_gtin(text: str) -> str:
    try:
        return normal_gtin(read_text(text))
    except InvalidValue as error:
        raise serializers.ValidationError(str(error)) from None


def read_external_id(text: str) -> str:
    system, colon, value = text.partition(":")
    if not colon or not re.fullmatch(SYSTEM_FORM, system):
        raise serializers.ValidationError("Give a system and its id: erp:4711.")
    return f"{system}:{read_text(value).strip()}"


def read_money(text: str) -> str:
    field = Money(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, min_value=0)
    return str(field.run_validation(text))


def read_time(text: str) -> str:
    instant: datetime = Instant().run_validation(text)
    return instant.isoformat()


def read_percent(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= 100):
        raise serializers.ValidationError("Give a whole number from 0 to 100.")
    return int(text)


def read_status(text: str) -> str:
    if text not in STATUSES:
        raise serializers.ValidationError(f"There are: {', '.join(STATUSES)}.")
    return text


def read_availability(text: str) -> str:
    if text not in AVAILABILITIES:
        raise serializers.ValidationError(f"There are: {', '.join(AVAILABILITIES)}.")
    return text


def read_flag(text: str | None, *, otherwise: bool = False) -> bool:
    """Raises ValidationError."""
    if text not in (None, "true", "false"):
        raise serializers.ValidationError("Give true or false.")
    return otherwise if text is None else text == "true"
