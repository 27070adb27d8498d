"""Writes of the kinds of relations."""

from uuid import UUID

from accounts.actors import Actor
from products.errors import StillInUse
from products.models import RelationKind
from products.services.locking import lock_row
from products.services.relations import is_kind_used, products_of_kind
from products.services.translations import with_translations
from products.services.unit_of_work import unit_of_work
from products.services.values import RelationKindValues

SHOWN = {"name", "translations", "position", "is_symmetric"}


def create_relation_kind(*, values: RelationKindValues, actor: Actor) -> RelationKind:
    """Raises CodeTaken, InvalidValue."""
    with unit_of_work(actor) as work:
        kind = RelationKind.objects.create(**with_translations("relationkind", values))
        work.created("relation_kind", [kind.pk])
    return kind


def update_relation_kind(
    kind_id: UUID, *, values: RelationKindValues, expected_version: int | None, actor: Actor
) -> RelationKind:
    """Write what is named; the documents that show the kind follow.

    Raises NotFound, StaleVersion, InvalidValue, StillInUse.
    """
    with unit_of_work(actor, renames=True) as work:
        kind = lock_row(RelationKind, kind_id, expected_version=expected_version)
        values = with_translations("relationkind", values, kind.translations)
        changed = [name for name, value in values.items() if getattr(kind, name) != value]
        if {"is_bundle", "code"} & set(changed) and is_kind_used(kind_id):
            raise StillInUse("Products have relations of this kind: its code and nature stay.")
        if changed:
            RelationKind.objects.filter(pk=kind_id).update(
                **{name: values[name] for name in changed}  # type: ignore[literal-required]  # names come from the same TypedDict
            )
            work.changed("relation_kind", [kind_id])
            if SHOWN & set(changed):
                work.reprint(products_of_kind(kind_id))
    kind.refresh_from_db()
    return kind


def delete_relation_kind(kind_id: UUID, *, expected_version: int | None, actor: Actor) -> None:
    """Raises NotFound, StaleVersion, StillInUse."""
    with unit_of_work(actor, renames=True) as work:
        kind = lock_row(RelationKind, kind_id, expected_version=expected_version)
        if is_kind_used(kind_id):
            raise StillInUse("Products have relations of this kind: change them first.")
        work.deleting("relation_kind", [kind_id])
        kind.delete()
