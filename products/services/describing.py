"""What a write says of a product's type and attributes, as it is stored.

A type and the values that belong to it are judged together: before anything is written, in a few
statements for any number of products.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast
from uuid import UUID

from django.db import connection

from products.errors import ProductIncomplete
from products.models import Product, ProductType, Variant
from products.services.attribute_schema import ensure_right, load_judge
from products.services.attribute_values import Judge, ensure_bounded, merged, without_nulls
from products.services.locking import ensure_exist
from products.services.losses import settle_losses, when_type_changes
from products.services.unit_of_work import UnitOfWork
from products.services.values import ProductValues, VariantValues

WRITTEN: tuple[Literal["attributes", "attribute_changes"], ...] = (
    "attributes",
    "attribute_changes",
)
NAMES = {"product_type", *WRITTEN}


def describes(values: ProductValues | VariantValues) -> bool:
    """Whether the write says anything of types or attributes."""
    variants = cast("Sequence[VariantValues]", values.get("variants", ()))
    return bool(NAMES & values.keys()) or any(NAMES & each.keys() for each in variants)


def described(items: Sequence[ProductValues]) -> list[ProductValues]:
    """New products with their attributes as they are stored.

    Raises AttributesRefused, and UnknownReference for a type that is not there.
    """
    if not any(describes(item) for item in items):
        return list(items)
    types = {key for item in items if (key := item.get("product_type"))}
    ensure_exist(ProductType, types, pointer=lambda _: "/product_type")
    judge = load_judge(
        (item.get("product_type"), values) for item in items for values in _named(item)
    )
    clean = [_cleaned(judge, item.get("product_type"), item) for item in items]
    ensure_right(judge)
    return clean


def redescribed(
    work: UnitOfWork, product: Product, values: ProductValues, *, accept_loss: bool
) -> ProductValues:
    """The write of the locked product, with all its attributes as they shall be stored.

    Raises AttributesRefused, UnknownReference, and ValuesWouldBeLost where the new type lacks what
    the product has.
    """
    if not describes(values):
        return values
    old = product.product_type_id
    new = values.get("product_type", old)
    if new and new != old:
        ensure_exist(ProductType, {new}, pointer=lambda _: "/product_type")
    judge = load_judge((new, named) for named in _named(values))
    clean = _cleaned(judge, new, values)
    ensure_right(judge)
    if new != old:
        doomed = when_type_changes(product.pk, old, new)
        settle_losses(work, doomed, accept_loss=accept_loss)
        product.refresh_from_db(fields=["attributes"])
    if "attribute_changes" in clean:
        changes = clean.pop("attribute_changes")
        clean["attributes"] = merged(product.attributes, changes)
    return clean


def described_variant(
    product: Product, variant: Variant | None, values: VariantValues
) -> VariantValues:
    """The write of a variant, with all its attributes as they shall be stored.

    Raises AttributesRefused.
    """
    if not describes(values):
        return values
    type_id = product.product_type_id
    named = [values.get("attributes", {}), values.get("attribute_changes", {})]
    judge = load_judge((type_id, each) for each in named)
    clean = values.copy()
    if "attributes" in values:
        clean["attributes"] = _stored(judge, type_id, values["attributes"])
    if "attribute_changes" in clean:
        changes = _judged(judge, type_id, clean.pop("attribute_changes"))
        clean["attributes"] = merged(variant.attributes if variant else {}, changes)
    ensure_right(judge)
    return clean


def described_variants(product: Product, items: Sequence[VariantValues]) -> Sequence[VariantValues]:
    """New variants of the product, with their attributes as they shall be stored.

    Raises AttributesRefused.
    """
    if not any("attributes" in each for each in items):
        return items
    type_id = product.product_type_id
    judge = load_judge((type_id, each.get("attributes", {})) for each in items)
    clean = [
        _cleaned_variant(judge, type_id, each, f"/variants/{n}/attributes")
        for n, each in enumerate(items)
    ]
    ensure_right(judge)
    return clean


def ensure_complete(products: Sequence[Product]) -> None:
    """Raises ProductIncomplete where a published product lacks a required attribute."""
    shown = [
        each.pk
        for each in products
        if each.product_type_id and each.status == Product.Status.PUBLISHED
    ]
    if not shown:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT attribute.code
              FROM products_product p
              JOIN products_producttypeattribute assigned
                ON assigned.product_type_id = p.product_type_id AND assigned.is_required
              JOIN products_attribute attribute ON attribute.id = assigned.attribute_id
             WHERE p.id = ANY(%s) AND p.status = 'published' AND CASE WHEN assigned.is_variant
                   THEN EXISTS (SELECT FROM products_variant v
                                 WHERE v.product_id = p.id AND v.status = 'active'
                                   AND NOT v.attributes ? attribute.code)
                   ELSE NOT p.attributes ? attribute.code END
             ORDER BY 1
            """,
            [shown],
        )
        if missing := [row[0] for row in cursor.fetchall()]:
            raise ProductIncomplete(missing)


def _named(values: ProductValues) -> Iterator[Mapping[str, Any]]:
    """Every object of attributes in the write."""
    yield values.get("attributes", {})
    yield values.get("attribute_changes", {})
    for variant in values.get("variants", ()):
        yield variant.get("attributes", {})


def _cleaned(judge: Judge, type_id: UUID | None, values: ProductValues) -> ProductValues:
    clean = values.copy()
    for name in WRITTEN:
        if name in values:
            changes = judge.clean(type_id, values[name], is_variant=False, place="/attributes")
            clean[name] = without_nulls(changes) if name == "attributes" else changes
            ensure_bounded(clean[name])
    if "variants" in values:
        clean["variants"] = [
            _cleaned_variant(judge, type_id, variant, f"/variants/{n}/attributes")
            for n, variant in enumerate(values["variants"])
        ]
    return clean


def _cleaned_variant(
    judge: Judge, type_id: UUID | None, variant: VariantValues, place: str
) -> VariantValues:
    if "attributes" not in variant:
        return variant
    return {**variant, "attributes": _stored(judge, type_id, variant["attributes"], place)}


def _judged(
    judge: Judge, type_id: UUID | None, values: Mapping[str, Any], place: str = "/attributes"
) -> dict[str, Any]:
    return judge.clean(type_id, values, is_variant=True, place=place)


def _stored(
    judge: Judge, type_id: UUID | None, values: Mapping[str, Any], place: str = "/attributes"
) -> dict[str, Any]:
    stored = without_nulls(_judged(judge, type_id, values, place))
    ensure_bounded(stored, place)
    return stored
