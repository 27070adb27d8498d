"""What is stored of rules and is not what they say: (subject, detail). Reads only."""

from collections.abc import Iterator
from uuid import UUID

from products.documents import memberships
from products.errors import RuleRefused
from products.models import Collection
from products.services.collection_rules import Compiled, compile_rule


def strange_memberships(product_ids: list[UUID]) -> Iterator[tuple[str, str]]:
    """Products that a rule finds and does not have, or has and does not find."""
    for collection, product in memberships.drifted(product_ids):
        detail = "Its rule says otherwise than what is stored: rebuild_documents."
        yield f"product {product} in collection {collection}", detail


def strange_rules() -> Iterator[tuple[str, str]]:
    """Rules that would be compiled to something else, or name what is gone."""
    for row in Collection.objects.exclude(rule=None).iterator():
        try:
            compiled = compile_rule(row.rule)
        except RuleRefused as refused:
            yield f"collection {row.pk}", f"Its rule is refused: {refused}"
            continue
        if compiled != Compiled(row.matcher or "", row.matcher_values or {}):
            yield f"collection {row.pk}", "Its rule was compiled otherwise: save it again."
