"""Rules of collections whose conditions name brands, categories and types by slug: with their ids,
as the catalog has them."""

from copy import deepcopy
from typing import Any
from uuid import UUID

from products.models import Attribute
from products.services.collection_rules import REFERENCES, named_in


def rule_with_ids(rule: Any) -> Any:
    """What no row is called stays as it is, and is refused by whoever compiles the rule."""
    known = deepcopy(rule)
    conditions = list(named_in(known))
    codes = {each.get("attribute") for each in conditions} - {None}
    types = dict(Attribute.objects.filter(code__in=codes).values_list("code", "type"))
    for condition in conditions:
        noun = types.get(str(condition.get("attribute")), str(condition["field"]))
        if noun in REFERENCES and isinstance(condition, dict) and "value" in condition:
            condition["value"] = _with_ids(noun, condition["value"])
    return known


def _with_ids(noun: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_with_ids(noun, each) for each in value]
    if not isinstance(value, str) or _is_id(value):
        return value
    rows: Any = REFERENCES[noun]._default_manager
    key = rows.filter(slug=value).order_by("-pk").values_list("pk", flat=True).first()
    return str(key) if key else value


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
