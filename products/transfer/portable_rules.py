"""Rules of collections in files: slugs where the catalog has ids, so that another one has them,
too."""

from collections.abc import Callable, Mapping
from typing import Any

NOUNS = ("brand", "category", "product_type")
Names = Callable[[str], Mapping[str, str]]  # noun -> what each of its values is called


def with_slugs(rule: Any, slugs: Names) -> Any:
    """The rule with slugs for ids, as far as they are known; products keep their ids."""
    return _renamed(rule, slugs, str.lower)


def with_ids(rule: Any, ids: Names) -> Any:
    """The rule as the catalog takes it; what has no id stays, and will be refused."""
    return _renamed(rule, ids, str)


def _renamed(rule: Any, names: Names, as_key: Callable[[str], str]) -> Any:
    if not isinstance(rule, dict):
        return rule
    if isinstance(rule.get("conditions"), list):
        return {
            **rule,
            "conditions": [_renamed(each, names, as_key) for each in rule["conditions"]],
        }
    if rule.get("field") not in NOUNS or not isinstance(rule.get("value"), list):
        return rule
    known = names(rule["field"])
    value = [
        known.get(as_key(each), each) if isinstance(each, str) else each for each in rule["value"]
    ]
    return {**rule, "value": value}
