"""What columns can hold: the database would say it, too, but only of a batch as a whole."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from catalog_project.errors import DomainError
from products.errors import CategoryTooDeep, InvalidValue
from products.models import Media, Product, Variant
from products.models.categories import MAX_DEPTH
from products.models.shapes import SLUG_LENGTH, UUID_SHAPE
from products.transfer.records import ProductRecord

COLUMNS = {
    "product": (
        Product,
        ("name", "status", "seo_title", "seo_description", "tags", "option_names"),
    ),
    "variant": (Variant, ("sku", "mpn", "backorder_policy", "backorder_limit", "position")),
    "media": (Media, ("alt", "kind", "position")),
}
SLUG = re.compile(r"[^\s/?#%&]+")
LONGEST_NAME = 200  # of brands, categories and collections


def ensure_fits(noun: str, values: Mapping[str, Any], place: str = "") -> None:
    """Raises InvalidValue."""
    model, names = COLUMNS[noun]
    for name in names:
        value = values.get(name)
        if value is None or value == "":
            if name == "name" and name in values:
                raise InvalidValue("A name is never blank.", pointer=f"{place}/name")
            continue
        field = model._meta.get_field(name)
        try:
            field.clean(value, None)  # type: ignore[union-attr]  # columns
        except ValidationError as error:
            raise _refusal(error, f"{place}/{name}") from None
    if noun == "product":
        _ensure_window(values)
        _ensure_slug(values.get("slug"))


def _refusal(error: ValidationError, pointer: str) -> DomainError:
    return InvalidValue(" ".join(error.messages), pointer=pointer)


def _ensure_slug(slug: str | None) -> None:
    if slug and (
        not SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH or re.fullmatch(UUID_SHAPE, slug)
    ):
        raise InvalidValue(
            f"A slug is one URL segment of at most {SLUG_LENGTH} characters, and no UUID.",
            pointer="/slug",
        )


def _ensure_window(values: Mapping[str, Any]) -> None:
    begin, end = values.get("publish_at"), values.get("unpublish_at")
    if begin and end and end <= begin:
        raise InvalidValue("unpublish_at must be later than publish_at.", pointer="/unpublish_at")


def ensure_nameable(record: ProductRecord) -> None:
    """Brand, categories and collections could be made under these names. Raises InvalidValue,
    CategoryTooDeep."""
    for path in (record.category, *record.categories):
        if len(path) > MAX_DEPTH:
            raise CategoryTooDeep(
                f"Categories have at most {MAX_DEPTH} levels; this has {len(path)}.",
                pointer="/category",
            )
    names = {"category": [name for path in (record.category, *record.categories) for name in path]}
    names |= {"brand": [record.brand] if record.brand else [], "collections": record.collections}
    for place, each in names.items():
        for name in each:
            if not name.strip() or len(name) > LONGEST_NAME:
                raise InvalidValue(
                    f"A name has 1 to {LONGEST_NAME} characters.", pointer=f"/{place}"
                )


def is_nameable(record: ProductRecord) -> bool:
    try:
        ensure_nameable(record)
    except DomainError:
        return False
    return True
