"""What a write says of a product's type and attributes, as it is stored.

A type and the values that belong to it are judged together: before anything is written, in a few
statements for any number of products.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Literal, cast
from uuid import UUID

from django.db import connection

from catalog_project.errors import DomainError
from products.errors import AttributesRefused, ProductIncomplete, UnknownReference
from products.models import Product, ProductType, Variant
from products.services.attribute_schema import ensure_right, load_judge, look_references_up
from products.services.attribute_values import Judge, ensure_bounded, merged, without_nulls
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


class Descriptions:
    """Writes of products with their attributes as they shall be stored, each judged by itself: a
    few statements for any number of them. A product that is not there yet has no type."""

    def __init__(self, writes: Sequence[tuple[Product | None, ProductValues]]) -> None:
        self._products = [product for product, _ in writes]
        self._clean: list[ProductValues | DomainError] = [values for _, values in writes]
        about = [n for n, (_, values) in enumerate(writes) if describes(values)]
        if not about:
            return
        types = {n: _type_of(*writes[n]) for n in about}
        new = {key for n in about if (key := types[n]) and key != _type_of(writes[n][0], {})}
        known = set(ProductType.objects.filter(pk__in=new).values_list("pk", flat=True))
        judge = load_judge((types[n], named) for n in about for named in _named(writes[n][1]))
        judges = {n: judge.another() for n in about}
        for n in about:
            self._clean[n] = _judged_write(judges[n], types[n], writes[n][1], unknown=new - known)
        look_references_up(list(judges.values()))
        for n in about:
            if judges[n].flaws and not isinstance(self._clean[n], DomainError):
                self._clean[n] = AttributesRefused(judges[n].flaws)

    def ensure_right(self, n: int) -> ProductValues:
        """Raises AttributesRefused, UnknownReference."""
        clean = self._clean[n]
        if isinstance(clean, DomainError):
            raise clean
        return clean

    def of(self, n: int) -> ProductValues:
        """The write of this number; of attributes those that change laid over those that are."""
        clean, product = self.ensure_right(n), self._products[n]
        if "attribute_changes" in clean:
            clean = clean.copy()
            stored = product.attributes if product else {}
            clean["attributes"] = merged(stored, clean.pop("attribute_changes"))
        return clean


def _type_of(product: Product | None, values: ProductValues) -> UUID | None:
    """The type that the product shall have."""
    return values.get("product_type", product.product_type_id if product else None)


def settle_type_changes(
    work: UnitOfWork,
    writes: Iterable[tuple[Product, ProductValues]],
    *,
    accept_loss: bool,
) -> None:
    """Before the locked products get other types: take away what these lack. Statements for each
    pair of types, not for each product.

    Raises ValuesWouldBeLost where somebody must consent first.
    """
    moved: dict[tuple[UUID | None, UUID | None], list[Product]] = {}
    for product, values in writes:
        old, new = product.product_type_id, _type_of(product, values)
        if old != new:
            moved.setdefault((old, new), []).append(product)
    for (old, new), products in moved.items():
        doomed = when_type_changes([product.pk for product in products], old, new)
        settle_losses(work, doomed, accept_loss=accept_loss)
    if moved:
        changed = {product.pk: product for products in moved.values() for product in products}
        rows = Product.objects.filter(pk__in=changed).values_list("pk", "attributes")
        for key, attributes in rows:
            changed[key].attributes = attributes


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
    if missing := incomplete(products):
        raise ProductIncomplete(sorted({code for codes in missing.values() for code in codes}))


def incomplete(products: Sequence[Product]) -> dict[UUID, list[str]]:
    """The published ones that lack required attributes, and which ones, by code."""
    shown = [
        each.pk
        for each in products
        if each.product_type_id and each.status == Product.Status.PUBLISHED
    ]
    missing: dict[UUID, list[str]] = {}
    if not shown:
        return missing
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT p.id, attribute.code
              FROM products_product p
              JOIN products_producttypeattribute assigned
                ON assigned.product_type_id = p.product_type_id AND assigned.is_required
              JOIN products_attribute attribute ON attribute.id = assigned.attribute_id
             WHERE p.id = ANY(%s) AND p.status = 'published' AND CASE WHEN assigned.is_variant
                   THEN EXISTS (SELECT FROM products_variant v
                                 WHERE v.product_id = p.id AND v.status = 'active'
                                   AND NOT v.attributes ? attribute.code)
                   ELSE NOT p.attributes ? attribute.code END
             ORDER BY 1, 2
            """,
            [shown],
        )
        for key, code in cursor.fetchall():
            missing.setdefault(key, []).append(code)
    return missing


def _judged_write(
    judge: Judge, type_id: UUID | None, values: ProductValues, *, unknown: Set[UUID]
) -> ProductValues | DomainError:
    if type_id in unknown:
        return UnknownReference("product type", str(type_id), pointer="/product_type")
    try:
        return _cleaned(judge, type_id, values)
    except DomainError as error:
        return error


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
