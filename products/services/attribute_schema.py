"""What the catalog says of attributes, loaded for the codes that are named and no others: a few
statements, however many attributes, values and products there are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from products.errors import Flaw
from products.models import AttributeOption, Channel, Locale, ProductTypeAttribute
from products.services.attribute_types import AttributeSpec
from products.services.attribute_values import Assigned, Judge, strings_in

TARGETS = {"product": "products_product", "category": "products_category"}


def load_judge(named: Iterable[tuple[UUID | None, Mapping[str, Any]]]) -> Judge:
    """For these values of products of these types: a judge who knows what they name."""
    pairs = [(type_id, values) for type_id, values in named if type_id and values]
    if not pairs:
        return Judge()
    rows = list(
        ProductTypeAttribute.objects.filter(
            product_type__in={type_id for type_id, _ in pairs},
            attribute__code__in={code for _, values in pairs for code in values},
        )
        .order_by()
        .values_list(
            "product_type",
            "is_variant",
            "attribute",
            "attribute__code",
            "attribute__type",
            "attribute__dimension",
            "attribute__is_localizable",
            "attribute__is_per_channel",
            "attribute__rules",
        )
    )
    options = _options({row[2] for row in rows if row[4].endswith("choice")}, pairs)
    return Judge(
        assigned={
            (row[0], row[3]): Assigned(
                AttributeSpec(*row[3:], options.get(row[2], frozenset())), row[1]
            )
            for row in rows
        },
        locales=_locales() if any(row[6] for row in rows) else frozenset(),
        channels=_channels() if any(row[7] for row in rows) else frozenset(),
    )


def _options(
    attribute_ids: set[UUID], pairs: Iterable[tuple[UUID, Mapping[str, Any]]]
) -> dict[UUID, frozenset[str]]:
    """The options that the values name, as far as there are such options."""
    if not attribute_ids:
        return {}
    named = {text for _, values in pairs for text in strings_in(dict(values)) if len(text) <= 100}
    found: dict[UUID, set[str]] = {}
    rows = AttributeOption.objects.filter(attribute__in=attribute_ids, code__in=named).order_by()
    for attribute_id, code in rows.values_list("attribute", "code"):
        found.setdefault(attribute_id, set()).add(code)
    return {key: frozenset(codes) for key, codes in found.items()}


def _locales() -> frozenset[str]:
    return frozenset(Locale.objects.order_by().values_list("code", flat=True))


def _channels() -> frozenset[str]:
    return frozenset(Channel.objects.order_by().values_list("slug", flat=True))


def ensure_right(judge: Judge) -> None:
    """Raises AttributesRefused: also for what the values refer to and is not there.

    The targets cannot be deleted until the transaction ends.
    """
    look_references_up([judge])
    judge.ensure_right()


def look_references_up(judges: Sequence[Judge]) -> None:
    """Add a flaw for each value that refers to nothing: a statement for each noun."""
    for noun, table in TARGETS.items():
        wanted = {key for judge in judges for key in judge.references[noun]}
        if not wanted:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",  # noqa: S608 - of our own names
                [sorted(wanted)],
            )
            known = {row[0] for row in cursor.fetchall()}
        for judge in judges:
            judge.flaws += [
                Flaw(place, f"There is no {noun} {key}.")
                for key, place in judge.references[noun].items()
                if key not in known
            ]
