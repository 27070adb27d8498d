"""What a request did to anything but products: brands, categories, attributes, and so on.

An import makes them by the way, and others may use them by now. So this part of an undo refuses
nothing: each is turned back by itself, or left as it is, with the reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.errors import StillInUse
from products.models import ProductTypeAttribute
from products.services.attributes import delete_attribute
from products.services.brands import delete_brand
from products.services.categories import delete_category
from products.services.collections import delete_collection
from products.services.locations import delete_location
from products.services.noun_reverting import revert_noun
from products.services.noun_states import NOUNS
from products.services.price_lists import delete_price_list
from products.services.product_types import delete_product_type
from products.services.relation_kinds import delete_relation_kind
from products.services.tax_classes import delete_tax_class

DELETIONS: Mapping[str, Callable[..., None]] = {
    "brand": delete_brand,
    "category": delete_category,
    "collection": delete_collection,
    "attribute": delete_attribute,
    "product_type": delete_product_type,
    "price_list": delete_price_list,
    "tax_class": delete_tax_class,
    "relation_kind": delete_relation_kind,
    "location": delete_location,
}
# Stock and costs belong to variants, and are no part of an undo.
TURNED = (*DELETIONS, "channel", "locale")

# What came last goes first: mostly a child before its parent, a type before its attributes.
_TOUCHED = """
    SELECT touched.aggregate, touched.aggregate_id, touched.first, touched.last, newest.version,
           newest.request_id, newest.event LIKE '%%.deleted',
           (SELECT event FROM products_change before
             WHERE before.aggregate_id = touched.aggregate_id
               AND before.version = touched.first - 1)
      FROM (SELECT aggregate, aggregate_id, min(version) AS first, max(version) AS last,
                   max(sequence) AS place
              FROM products_change
             WHERE request_id = %(request)s AND aggregate = ANY(%(nouns)s)
             GROUP BY aggregate, aggregate_id) touched
     CROSS JOIN LATERAL (
           SELECT version, request_id, event FROM products_change change
            WHERE change.aggregate_id = touched.aggregate_id
            ORDER BY version DESC LIMIT 1) newest
     ORDER BY touched.place DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class TouchedNoun:
    aggregate: str
    key: UUID
    first: int
    last: int
    newest: int
    newest_request: str
    is_gone: bool
    before: str | None  # the event that made it what it was, if the log still has it

    @property
    def is_made(self) -> bool:
        """Or brought back: either way it was not there."""
        return self.first == 1 or (self.before or "").endswith(".deleted")


Act = Callable[["TouchedNoun", Actor], None]


@dataclass(frozen=True)
class Left:
    aggregate: str
    key: UUID
    reason: str


@dataclass
class NounsUndone:
    undone: list[tuple[str, UUID]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def touched_nouns(request_id: str, *, limit: int | None = None) -> list[TouchedNoun]:
    wanted = {"request": request_id, "nouns": list(TURNED), "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, wanted)
        return [TouchedNoun(*row) for row in cursor.fetchall()]


def turn_back(nouns: Iterable[TouchedNoun], done: NounsUndone, *, actor: Actor) -> None:
    """What the request changed becomes what it was, what it deleted is back: before the products,
    which may need it."""
    _each([each for each in nouns if not each.is_made], _revert, done, actor)


def remove_made(nouns: Iterable[TouchedNoun], done: NounsUndone, *, actor: Actor) -> None:
    """What it made goes, where nothing uses it by now: after the products, which did."""
    made = [each for each in nouns if each.is_made and not each.is_gone]
    _each(made, _remove, done, actor)


def _each(nouns: Sequence[TouchedNoun], act: Act, done: NounsUndone, actor: Actor) -> None:
    """What one of them was needed for may be gone, or back, once others are: so as long as there
    is progress, the rest is tried again."""
    rest, refused = list(nouns), len(nouns) + 1
    left: list[Left] = []
    while rest and len(rest) < refused:
        refused, tried, rest, left = len(rest), rest, [], []
        for each in tried:
            try:
                with transaction.atomic():
                    _ensure_as_left(each)
                    act(each, actor)
            except DomainError as error:
                rest.append(each)
                left.append(Left(each.aggregate, each.key, str(error)))
            else:
                done.undone.append((each.aggregate, each.key))
    done.left += left


def _ensure_as_left(each: TouchedNoun) -> None:
    if each.newest != each.last:
        raise StillInUse("It was changed since.")


def _revert(each: TouchedNoun, actor: Actor) -> None:
    if each.aggregate not in NOUNS:
        raise StillInUse("It has no versions that can be restored: change it by hand.")
    if each.before is None:
        raise StillInUse("What it was before is no longer in the change log.")
    revert_noun(
        each.aggregate, each.key, number=each.first - 1, expected_version=each.newest, actor=actor
    )


def _remove(each: TouchedNoun, actor: Actor) -> None:
    if each.aggregate not in DELETIONS:
        raise StillInUse("Delete it by hand: whatever was printed for it goes with it.")
    if each.aggregate == "attribute":
        rows = ProductTypeAttribute.objects.filter(attribute=each.key)
        if slugs := list(rows.values_list("product_type__slug", flat=True)[:5]):
            raise StillInUse(f"Product types have it: {', '.join(slugs)}.")
    DELETIONS[each.aggregate](each.key, expected_version=each.newest, actor=actor)
