"""What a rule would find, for whoever writes one. Nothing is stored."""

import json
from dataclasses import dataclass, field
from uuid import UUID

from products.documents import build, memberships
from products.services.bulk import bulk_transaction
from products.services.collection_rules import compile_rule

SHOWN = 20


@dataclass
class Preview:
    count: int = 0
    first: list[UUID] = field(default_factory=list)  # in the order of the collection


def preview_rule(rule: object) -> Preview:
    """Raises RuleRefused."""
    compiled = compile_rule(rule)
    values = json.dumps(compiled.values)
    preview = Preview()
    with bulk_transaction():
        for batch in build.product_batches():
            found = memberships.found_by(compiled.path, values, batch)
            preview.count += len(found)
            preview.first = sorted([*found[:SHOWN], *preview.first], reverse=True)[:SHOWN]
    return preview
