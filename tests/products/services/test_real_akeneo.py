"""Akeneo's demo catalog goes in through the services and comes back equal: families, options,
measurements, values per locale and channel, two trees of categories, associations."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from products.models import Attribute, ChannelLocale, Document
from products.services.attributes import create_attribute
from products.services.categories import create_category
from products.services.channels import create_channel
from products.services.locales import create_locale
from products.services.product_types import create_product_type
from products.services.products import create_products, update_product
from products.services.relation_kinds import create_relation_kind
from tests.products.akeneo_catalog import (
    CHANNELS,
    DIMENSIONS,
    ELSEWHERE,
    LOCALES,
    MEDIA,
    TYPES,
    Cells,
    associations_of,
    labels,
    listed,
    prices_of,
    read,
    shown_in,
    slug_of,
    values_of,
)
from tests.products.factories import SYSTEM
from tests.products.real_catalogs import ensure_stored, money

pytestmark = pytest.mark.django_db
CHUNK = 500


@pytest.fixture
def channels() -> None:
    """Three, in three locales each."""
    for locale in LOCALES.values():
        create_locale(values={"code": locale, "name": locale}, actor=SYSTEM)
    for slug in CHANNELS:
        values: Any = {"slug": slug, "name": slug, "locales": list(LOCALES.values())}
        create_channel(values=values, actor=SYSTEM)


@pytest.fixture
def attributes(channels: None) -> dict[str, Attribute]:
    options: dict[str, list[Any]] = {}
    for row in sorted(read("attribute_options.csv"), key=lambda row: int(row["sort_order"])):
        option = {
            "code": row["code"],
            "label": row["label-en_US"] or row["code"],
            "translations": labels(row, "label"),
        }
        options.setdefault(row["attribute"], []).append(option)
    return {
        row["code"]: create_attribute(
            values={
                "code": row["code"],
                "name": row["label-en_US"] or row["code"],
                "type": TYPES[row["type"]],
                "dimension": DIMENSIONS.get(row["metric_family"], ""),
                "is_filterable": row["useable_as_grid_filter"] == "1",
                "is_localizable": row["localizable"] == "1",
                "is_per_channel": row["scopable"] == "1",
                "group": row["group"],
                "translations": labels(row, "name"),
                "options": options.get(row["code"], []),
            },
            actor=SYSTEM,
        )
        for row in read("attributes.csv")
        if row["code"] not in ELSEWHERE
    }


@pytest.fixture
def categories(channels: None) -> dict[str, UUID]:
    """Each below its parent, in the order of the file."""
    keys: dict[str, UUID] = {}
    for position, row in enumerate(read("categories.csv")):
        category = create_category(
            values={
                "name": own_name(row),
                "slug": row["code"],
                "parent": keys[row["parent"]] if row["parent"] else None,
                "position": position,
                "translations": labels(row, "name"),
            },
            actor=SYSTEM,
        )
        keys[row["code"]] = category.pk
    return keys


def create_families(rows: list[Cells], values: list[dict[str, Any]]) -> dict[str, UUID]:
    """A type per family. Akeneo lets a product have attributes beyond its family, or without one:
    here a type has all the attributes that its products have."""
    beyond: dict[str, dict[str, None]] = {}
    for row, held in zip(rows, values, strict=True):
        beyond.setdefault(row["family"], {}).update(dict.fromkeys(held))
    families = {row["code"]: row for row in read("families.csv")}
    types: dict[str, UUID] = {}
    for code in sorted({*families, *beyond}):
        row = families.get(code, {})
        own = [each for each in listed(row.get("attributes", "")) if each not in ELSEWHERE]
        codes: Any = [{"code": each} for each in dict.fromkeys([*own, *beyond.get(code, {})])]
        kind: Any = {"name": row.get("label-en_US") or code or "Other", "attributes": codes}
        types[code] = create_product_type(values=kind, actor=SYSTEM).pk
    return types


def product_of(
    row: Cells, values: dict[str, Any], kind: UUID, categories: dict[str, UUID]
) -> dict[str, Any]:
    assert row["enabled"] == "1"
    prices = [
        {"currency": currency, "amount": Decimal(amount)}
        for currency, amount in prices_of(row).items()
    ]
    return {
        "name": row["name"] or row["sku"],
        "slug": slug_of(row["sku"]),
        "status": "published",
        "product_type": kind,
        "attributes": values,
        "categories": [categories[code] for code in listed(row["categories"])],
        "tags": listed(row["groups"]),
        "media": [{"url": MEDIA + row["picture"]}] if row["picture"] else [],
        "variants": [{"sku": row["sku"], "prices": prices}],
    }


def relate(rows: list[Cells], keys: dict[str, UUID]) -> None:
    for row in read("association_types.csv"):
        values: Any = {"code": row["code"].lower(), "name": row["label-en_US"]}
        create_relation_kind(values=values, actor=SYSTEM)
    for row in rows:
        if associations := associations_of(row):
            update_product(
                keys[row["sku"]],
                values={
                    "relations": [
                        {"kind": kind, "product": keys[sku]} for kind, sku in associations
                    ]
                },
                expected_version=None,
                may_publish=False,
                actor=SYSTEM,
            )


def said_of(document: dict[str, Any]) -> dict[str, Any]:
    (variant,) = document["variants"]
    return {
        "name": document["name"],
        "categories": [each["slug"] for each in document["categories"]],
        "tags": document["tags"],
        "sku": variant["sku"],
        "prices": {each["currency"]: each["amount"] for each in variant["prices"]},
        "media": [each["url"] for each in document["media"]],
        "relations": [(each["kind"], each["product"]) for each in document["relations"]],
        # What has several values is a list in the order of the options.
        "attributes": {
            each["code"]: sorted(each["value"]) if each["type"] == "multi_choice" else each["value"]
            for each in document["attributes"]
        },
    }


def wanted_of(row: Cells, keys: dict[str, UUID], attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"] or row["sku"],
        "categories": listed(row["categories"]),
        "tags": listed(row["groups"]),
        "sku": row["sku"],
        "prices": {currency: money(amount) for currency, amount in prices_of(row).items()},
        "media": [MEDIA + row["picture"]] if row["picture"] else [],
        "relations": sorted(
            ((kind, str(keys[sku])) for kind, sku in associations_of(row)),
            key=lambda each: each[0],
        ),
        "attributes": attributes,
    }


def test_every_product_reads_back_equal_in_each_channel_and_locale(
    attributes: dict[str, Attribute], categories: dict[str, UUID]
) -> None:
    rows = read("products.csv.gz")
    values = [values_of(row, attributes) for row in rows]
    families = create_families(rows, values)
    assert (len(rows), len(families), len(attributes)) == (1121, 15, 50)
    assert sum(map(len, values)) == 4274
    keys: dict[str, UUID] = {}
    for start in range(0, len(rows), CHUNK):
        items: Any = [
            product_of(row, held, families[row["family"]], categories)
            for row, held in zip(rows[start : start + CHUNK], values[start:], strict=False)
        ]
        made = create_products(items, actor=SYSTEM)
        keys |= dict(zip((row["sku"] for row in rows[start:]), made, strict=False))
    relate(rows, keys)
    ensure_stored({keys[row["sku"]]: held for row, held in zip(rows, values, strict=True)})
    views = ChannelLocale.objects.exclude(channel__slug="default")
    assert views.count() == 9
    for view in views.select_related("channel", "locale"):
        bodies = dict(Document.objects.filter(view=view).values_list("product_id", "body"))
        for row, held in zip(rows, values, strict=True):
            document = json.loads(bodies[keys[row["sku"]]])
            shown = shown_in(held, attributes, view.channel.slug, view.locale.code)
            assert said_of(document) == wanted_of(row, keys, shown)


def test_attributes_and_options_read_back_equal(
    attributes: dict[str, Attribute], anonymous: Any
) -> None:
    served = anonymous.get("/api/v1/attributes?limit=100").json()["items"]
    options = read("attribute_options.csv")
    assert len(served) == len(attributes)
    for row in read("attributes.csv"):
        if row["code"] in ELSEWHERE:
            continue
        (each,) = [each for each in served if each["code"] == row["code"]]
        facts = ("type", "is_localizable", "is_per_channel", "group", "translations")
        assert [each[name] for name in facts] == [
            TYPES[row["type"]],
            row["localizable"] == "1",
            row["scopable"] == "1",
            row["group"],
            labels(row, "name"),
        ]
        own = [option for option in options if option["attribute"] == row["code"]]
        assert [(option["code"], option["translations"]) for option in each["options"]] == [
            (option["code"], labels(option, "label"))
            for option in sorted(own, key=lambda option: int(option["sort_order"]))
        ]


@pytest.mark.parametrize("code", LOCALES)
def test_both_trees_read_back_equal_in_each_locale(
    categories: dict[str, UUID], anonymous: Any, code: str
) -> None:
    rows = {row["code"]: row for row in read("categories.csv")}
    assert len(rows) == 140
    view = f"channel=print&locale={LOCALES[code]}"
    roots = anonymous.get(f"/api/v1/categories?parent=none&{view}").json()["items"]
    assert [each["slug"] for each in roots] == ["master", "sales"]
    seen: list[str] = []
    for root in roots:
        menu = anonymous.get(f"/api/v1/categories/{root['slug']}/subtree?{view}").json()["items"]
        wanted = walk(rows, root["slug"])
        assert [(each["slug"], each["name"], each["depth"]) for each in menu] == [
            (slug, rows[slug][f"label-{code}"] or own_name(rows[slug]), depth)
            for slug, depth in wanted
        ]
        seen += [slug for slug, _ in wanted]
    assert sorted(seen) == sorted(rows)


def own_name(row: Cells) -> str:
    return row["label-en_US"] or row["code"]


def walk(rows: dict[str, Cells], code: str, depth: int = 1) -> list[tuple[str, int]]:
    """A category and all below it, as a menu is read."""
    below = [row["code"] for row in rows.values() if row["parent"] == code]
    return [(code, depth), *(step for child in below for step in walk(rows, child, depth + 1))]
