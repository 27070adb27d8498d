"""The definitions of our own files, a JSON object -> what records take."""

from collections.abc import Mapping
from typing import Any

from products.transfer.own.products import Nesting
from products.transfer.own.shapes import (
    Reader,
    Wrong,
    anything,
    by_name,
    each,
    instant,
    mapping,
    optional,
    record,
    text,
    texts_by_locale,
    truth,
    whole,
)
from products.transfer.records import CategoryRecord, Definitions, FileRefused, Remark

_NAMED = {"name": text, "translations": texts_by_locale}
_CODED = {"code": text, **_NAMED}
_SLUGGED = {"slug": text, **_NAMED}
_NOUNS: Mapping[str, Reader] = {
    "currency": text,
    "default_locale": text,
    "locales": each(
        record({"code": text, "name": text, "fallback": optional(text)}, needed=("code",))
    ),
    "channels": each(
        record(
            {"slug": text, "name": text, "currency": text, "locales": each(text)},
            needed=("slug", "name"),
        )
    ),
    "price_lists": each(
        record(
            {
                "code": text,
                "name": text,
                "currency": text,
                "channel": optional(text),
                "customer_group": text,
                "priority": whole,
                "valid_from": optional(instant),
                "valid_until": optional(instant),
                "is_active": truth,
            },
            needed=("code", "currency"),
        )
    ),
    "tax_classes": each(record(_CODED, needed=("code",))),
    "locations": each(record({"code": text, "name": text, "is_active": truth}, needed=("code",))),
    "relation_kinds": each(
        record(
            {**_CODED, "is_symmetric": truth, "is_bundle": truth, "position": whole},
            needed=("code",),
        )
    ),
    "attributes": each(
        record(
            {
                "code": text,
                "name": text,
                "type": text,
                "dimension": text,
                "is_filterable": truth,
                "is_searchable": truth,
                "is_localizable": truth,
                "is_per_channel": truth,
                "rules": mapping,
                "group": text,
                "position": whole,
                "translations": by_name(mapping),
                "options": each(
                    record(
                        {"code": text, "label": text, "translations": by_name(mapping)},
                        needed=("code",),
                    )
                ),
            },
            needed=("code", "type"),
        )
    ),
    "product_types": each(
        record(
            {
                **_SLUGGED,
                "attributes": each(
                    record(
                        {"code": text, "is_required": truth, "is_variant": truth}, needed=("code",)
                    )
                ),
            },
            needed=("slug", "name"),
        )
    ),
    "brands": each(record({**_SLUGGED, "description": text}, needed=("slug", "name"))),
    "categories": each(
        record(
            {
                "slug": text,
                "path": each(text),
                "description": text,
                "position": whole,
                "translations": texts_by_locale,
            },
            needed=("path",),
        )
    ),
    "collections": each(
        record(
            {
                **_SLUGGED,
                "description": text,
                "status": text,
                "position": whole,
                "seo_title": text,
                "seo_description": text,
                "publish_at": optional(instant),
                "unpublish_at": optional(instant),
                "rule": anything,
            },
            needed=("slug", "name"),
        )
    ),
}
_READ = record(_NOUNS)


def definitions_of(given: Any, *, line: int) -> Definitions:
    """Raises FileRefused: without them nothing of the file can be understood."""
    try:
        nouns = _READ(given)
    except Wrong as wrong:
        raise FileRefused(
            Remark(
                "wrong-definitions",
                line,
                f"The definitions are not what they should be at {wrong.place or 'the top'}:"
                f" {wrong}",
                "Export the file anew, or see docs/exporting.md.",
            )
        ) from None
    locations = nouns.pop("locations", [])
    nouns.pop("currency", None)
    categories = [
        CategoryRecord(**{**each, "path": tuple(each["path"])})
        for each in nouns.pop("categories", [])
    ]
    return Definitions(
        **nouns,
        categories=categories,
        locations={each["code"]: each.get("name", each["code"]) for each in locations},
        closed_locations=[each["code"] for each in locations if not each.get("is_active", True)],
    )


def nesting_of(definitions: Definitions) -> Nesting:
    def those(name: str) -> frozenset[str]:
        return frozenset(each["code"] for each in definitions.attributes if each.get(name))

    referring = frozenset(
        each["code"] for each in definitions.attributes if each.get("type") == "category"
    )
    return Nesting(those("is_per_channel"), those("is_localizable"), referring)
