"""Writes of product types: which attributes their products and variants have."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from accounts.actors import Actor
from products.errors import InvalidValue, StillInUse
from products.models import Attribute, Product, ProductType, ProductTypeAttribute
from products.models.product_types import MAX_ASSIGNMENTS
from products.services.locking import lock_row
from products.services.losses import Doomed, settle_losses
from products.services.naming import free_slug
from products.services.rule_references import ensure_no_rule_names
from products.services.translations import with_translations
from products.services.unit_of_work import UnitOfWork, unit_of_work
from products.services.values import AssignmentValues, ProductTypeValues

PLAIN: tuple[Literal["name", "slug", "translations"], ...] = ("name", "slug", "translations")


def create_product_type(*, values: ProductTypeValues, actor: Actor) -> ProductType:
    """Raises SlugTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        slug = values.get("slug") or free_slug(ProductType, values["name"])
        values = with_translations("producttype", values)
        kind = ProductType.objects.create(
            name=values["name"], slug=slug, translations=values.get("translations", {})
        )
        _write_assignments(work, kind, values.get("attributes", []), accept_loss=False)
        work.created("product_type", [kind.pk])
    return kind


def update_product_type(
    type_id: UUID,
    *,
    values: ProductTypeValues,
    expected_version: int | None,
    actor: Actor,
    accept_loss: bool = False,
) -> ProductType:
    """Write what is named; `attributes` are named as the whole list, in order. The documents of its
    products follow.

    Raises NotFound, StaleVersion, SlugTaken, InvalidValue, and ValuesWouldBeLost for attributes
    that products have values of.
    """
    with unit_of_work(actor, renames=True) as work:
        kind = lock_row(ProductType, type_id, expected_version=expected_version)
        values = with_translations("producttype", values, kind.translations)
        plain: dict[str, Any] = {name: values[name] for name in PLAIN if name in values}
        changed = [name for name, value in plain.items() if getattr(kind, name) != value]
        for name in changed:
            setattr(kind, name, plain[name])
        if changed:
            kind.save(update_fields=[*changed, "updated_at"])
        if "attributes" in values and _write_assignments(
            work, kind, values["attributes"], accept_loss=accept_loss
        ):
            changed.append("attributes")
        if changed:
            work.changed("product_type", [type_id])
            work.reprint(Product.objects.filter(product_type=kind).values_list("pk", flat=True))
    kind.refresh_from_db()
    return kind


def delete_product_type(type_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion, StillInUse."""
    with unit_of_work(actor, renames=True) as work:
        kind = lock_row(ProductType, type_id, expected_version=expected_version)
        if Product.objects.filter(product_type=kind).exists():
            raise StillInUse("Products have this type: give them another one first.")
        ensure_no_rule_names("product_type", [type_id])
        work.deleting("product_type", [type_id])
        kind.delete()


Place = tuple[bool, bool, int]  # is required, is of variants, position


def _write_assignments(
    work: UnitOfWork, kind: ProductType, items: Sequence[AssignmentValues], *, accept_loss: bool
) -> bool:
    """Make the assignments exactly these. Answers whether anything changed."""
    rows = kind.assignments.values_list(
        "attribute", "attribute__code", "is_required", "is_variant", "position"
    )
    before: dict[UUID, tuple[str, Place]] = {row[0]: (row[1], row[2:]) for row in rows}
    after = _places(items)
    # A value that moves between the product and its variants is lost, too.
    doomed = [
        (kind.pk, code, place[1])
        for key, (code, place) in before.items()
        if key not in after or after[key][1] != place[1]
    ]
    if doomed:
        settle_losses(work, Doomed(doomed), accept_loss=accept_loss)
    gone = before.keys() - after.keys()
    changed = {
        key: place for key, place in after.items() if key not in before or before[key][1] != place
    }
    if gone:
        kind.assignments.filter(attribute__in=gone).delete()
    ProductTypeAttribute.objects.bulk_create(
        (
            ProductTypeAttribute(
                product_type=kind,
                attribute_id=key,
                is_required=is_required,
                is_variant=is_variant,
                position=position,
            )
            for key, (is_required, is_variant, position) in changed.items()
        ),
        update_conflicts=True,
        unique_fields=["product_type", "attribute"],
        update_fields=["is_required", "is_variant", "position"],
    )
    return bool(gone or changed)


def _places(items: Sequence[AssignmentValues]) -> dict[UUID, Place]:
    """Attribute -> its place, in the order given."""
    if len(items) > MAX_ASSIGNMENTS:
        raise InvalidValue(f"At most {MAX_ASSIGNMENTS} attributes.", pointer="/attributes")
    codes = [item["code"] for item in items]
    known = dict(Attribute.objects.filter(code__in=codes).order_by().values_list("code", "pk"))
    places: dict[UUID, Place] = {}
    for position, item in enumerate(items):
        pointer = f"/attributes/{position}/code"
        key = known.get(item["code"])
        if key is None:
            raise InvalidValue(f"There is no attribute {item['code'][:100]!r}.", pointer=pointer)
        if key in places:
            raise InvalidValue(f"{item['code']!r} is given twice.", pointer=pointer)
        is_required, is_variant = item.get("is_required", False), item.get("is_variant", False)
        places[key] = (is_required, is_variant, position)
    return places
