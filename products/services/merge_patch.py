"""Objects that a PATCH changes member by member: metadata, and the options of a variant."""

from collections.abc import Mapping
from typing import Any, TypeVar

from products.services.values import ProductValues, VariantValues

Values = TypeVar("Values", ProductValues, VariantValues)


def with_metadata(values: Values, stored: Mapping[str, Any]) -> Values:
    """The write with all the metadata as it shall be stored."""
    if "metadata_changes" not in values:
        return values
    clean = values.copy()
    clean["metadata"] = merge_patched(stored, clean.pop("metadata_changes"))
    return clean


def with_options(values: VariantValues, stored: Mapping[str, str]) -> VariantValues:
    """The write with all the options as they shall be stored."""
    if "option_changes" not in values:
        return values
    clean = values.copy()
    clean["options"] = merge_patched(stored, clean.pop("option_changes"))
    return clean


def merge_patched(target: object, patch: Any) -> Any:
    """RFC 7396, section 2: members of objects are merged, null takes one away; whatever is no
    object is written as a whole."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patched(merged.get(name), value)
    return merged
