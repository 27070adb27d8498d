"""What Saleor's demo shop says, row by row and in our words. What it says and we have no place for
is named in `saleor_left_out`."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

MEDIA = "https://saleor.example/media/"


class Row:
    """An object of the fixture. It remembers which of its fields were asked for."""

    def __init__(self, key: Any, fields: Mapping[str, Any], asked: set[str]) -> None:
        self.key = key
        self.fields = fields
        self._asked = asked

    def __getitem__(self, name: str) -> Any:
        self._asked.add(name)
        return self.fields[name]


class Fixture:
    def __init__(self, path: Path) -> None:
        self.asked: dict[str, set[str]] = defaultdict(set)
        self.rows: dict[str, dict[Any, Row]] = defaultdict(dict)
        self._found: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        for each in json.loads(path.read_text()):
            model = each["model"]
            row = Row(each["pk"], each["fields"], self.asked[model])
            self.rows[model][each["pk"]] = row

    def all(self, model: str, **wanted: Any) -> list[Row]:
        """The rows that have this value, if one is named."""
        for name, value in wanted.items():
            if (model, name) not in self._found:
                found: dict[Any, list[Row]] = defaultdict(list)
                for row in self.rows[model].values():
                    found[row[name]].append(row)
                self._found[model, name] = found
            return self._found[model, name][value]
        return list(self.rows[model].values())

    def get(self, model: str, key: Any) -> Row:
        return self.rows[model][key]

    def fields_of(self, model: str) -> set[str]:
        return {name for row in self.rows[model].values() for name in row.fields}


def text_of(blocks: Any) -> str:
    """EditorJS, of which the shop uses paragraphs only, as HTML."""
    paragraphs = [] if blocks is None else blocks["blocks"]
    assert {block["type"] for block in paragraphs} <= {"paragraph"}
    return "".join(f"<p>{block['data']['text']}</p>" for block in paragraphs)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def options_of(fixture: Fixture, attribute: int) -> list[Row]:
    rows = fixture.all("attribute.attributevalue", attribute=attribute)
    return sorted(rows, key=lambda row: (row["sort_order"], row.key))


# Pairs of an attribute and one of its options. Here nothing has two options of one attribute.
Choices = list[tuple[Row, Row]]


def choices_of(fixture: Fixture, product: Row) -> Choices:
    return _choices(
        fixture, fixture.all("attribute.assignedproductattributevalue", product=product.key)
    )


def choices_of_variant(fixture: Fixture, variant: Row) -> Choices:
    """Here shoppers choose by all the attributes that variants have, so they are options, too."""
    assert all(row["variant_selection"] for row in fixture.all("attribute.attributevariant"))
    return [
        choice
        for assigned in fixture.all("attribute.assignedvariantattribute", variant=variant.key)
        for choice in _choices(
            fixture,
            fixture.all("attribute.assignedvariantattributevalue", assignment=assigned.key),
        )
    ]


def _choices(fixture: Fixture, assigned: list[Row]) -> Choices:
    values = [fixture.get("attribute.attributevalue", row["value"]) for row in assigned]
    pairs = [(fixture.get("attribute.attribute", row["attribute"]), row) for row in values]
    chosen = [(attribute, row) for attribute, row in pairs if is_choice(attribute)]
    assert len({attribute.key for attribute, _ in chosen}) == len(chosen)
    return chosen


def is_choice(attribute: Row) -> bool:
    """All are, but the one that refers to a page of the type "brand": that is our brand."""
    if attribute["input_type"] == "dropdown":
        return True
    assert (attribute["input_type"], attribute["entity_type"]) == ("single-reference", "Page")
    return False


def by_code(choices: Choices) -> dict[str, str]:
    """{"shoe-size": "39"}"""
    return {attribute["slug"]: option["slug"] for attribute, option in choices}


def by_name(choices: Choices) -> dict[str, str]:
    """{"Shoe size": "39"}"""
    return {attribute["name"]: option["name"] for attribute, option in choices}


def brand_of(fixture: Fixture, product: Row) -> str | None:
    """The slug of the page that an attribute of the product refers to."""
    for row in fixture.all("attribute.assignedproductattributevalue", product=product.key):
        value = fixture.get("attribute.attributevalue", row["value"])
        if not is_choice(fixture.get("attribute.attribute", value["attribute"])):
            slug: str = fixture.get("page.page", value["reference_page_id"])["slug"]
            return slug
    return None


def weight_of(fixture: Fixture, variant: Row) -> dict[str, Any] | None:
    """Its own, else the product's, else that of the type; nothing where that is nothing."""
    product = fixture.get("product.product", variant["product"])
    kind = fixture.get("product.producttype", product["product_type"])
    value, unit = (variant["weight"] or product["weight"] or kind["weight"]).split(":")
    return {"value": Decimal(value), "unit": unit} if Decimal(value) else None


def variants_of(fixture: Fixture, product: Row) -> list[Row]:
    rows = fixture.all("product.productvariant", product=product.key)
    return sorted(rows, key=lambda row: (row["sort_order"], row.key))


def media_of(fixture: Fixture, product: Row) -> list[Row]:
    rows = fixture.all("product.productmedia", product=product.key)
    return sorted(rows, key=lambda row: (row["sort_order"], row.key))


def prices_of(fixture: Fixture, variant: Row) -> dict[int, tuple[str, Decimal]]:
    """Channel -> currency and amount."""
    rows = fixture.all("product.productvariantchannellisting", variant=variant.key)
    return {row["channel"]: (row["currency"], Decimal(row["price_amount"])) for row in rows}


def sale_prices_of(fixture: Fixture, variant: Row) -> dict[int, tuple[str, Decimal]]:
    """Channel -> the price list of its sale, and the amount there. A sale is a percentage; we keep
    what comes out."""
    found = {}
    for sale in fixture.all("discount.sale"):
        for row in fixture.all("discount.salechannellisting", sale=sale.key):
            if variant["product"] in sale["products"]:
                assert sale["type"] == "percentage"
                _, amount = prices_of(fixture, variant)[row["channel"]]
                left = 100 - Decimal(row["discount_value"])
                found[row["channel"]] = (list_code(fixture, row), amount * left / 100)
    return found


def list_code(fixture: Fixture, of_channel: Row) -> str:
    return f"sale-{of_channel['sale']}-{channel_slug(fixture, of_channel['channel'])}"


def channel_slug(fixture: Fixture, key: int) -> str:
    slug: str = fixture.get("channel.channel", key)["slug"]
    return slug


def choice_attributes(fixture: Fixture) -> list[Row]:
    return [row for row in fixture.all("attribute.attribute") if is_choice(row)]


def assignments(fixture: Fixture, kind: Row) -> Any:
    """Of products, then of variants. What a published product lacks cannot be required."""
    lacking = {code for slug, code in lacking_required(fixture) if slug == kind["slug"]}
    return [
        {
            "code": attribute["slug"],
            "is_required": attribute["value_required"] and attribute["slug"] not in lacking,
            "is_variant": model == "attribute.attributevariant",
        }
        for model in ("attribute.attributeproduct", "attribute.attributevariant")
        for row in sorted(
            fixture.all(model, product_type=kind.key),
            key=lambda each: (each["sort_order"], each.key),
        )
        for attribute in [fixture.get("attribute.attribute", row["attribute"])]
        if is_choice(attribute)
    ]


def lacking_required(fixture: Fixture) -> set[tuple[str, str]]:
    """(type, attribute) where a product is without a value that Saleor's type asks for."""
    lacking = set()
    for product in fixture.all("product.product"):
        kind = fixture.get("product.producttype", product["product_type"])
        values = by_code(choices_of(fixture, product))
        for row in fixture.all("attribute.attributeproduct", product_type=kind.key):
            attribute = fixture.get("attribute.attribute", row["attribute"])
            if attribute["value_required"] and attribute["slug"] not in values:
                lacking.add((kind["slug"], attribute["slug"]))
    return lacking


def brand_pages(fixture: Fixture) -> list[Row]:
    return [
        row
        for row in fixture.all("page.page")
        if fixture.get("page.pagetype", row["page_type"])["slug"] == "brand"
    ]


def metadata_of(fixture: Fixture, product: Row) -> dict[str, Any]:
    """The product's own, and what the type says that ours do not."""
    kind = fixture.get("product.producttype", product["product_type"])
    said = {name: kind[name] for name in ("kind", "is_shipping_required")}
    return {**product["metadata"], "saleor": said}


def focal_point(media: Row) -> dict[str, float]:
    x, y = media["ppoi"].split("x")
    return {"x": float(x), "y": float(y)}


def is_listed(row: Row) -> bool:
    """Theirs may be in no list, and yet at its address; ours is then nowhere in the channel."""
    return bool(row["is_published"] and row["visible_in_listings"])


def published_at(fixture: Fixture, collection: Row) -> datetime:
    """Of all channels: theirs have an instant for each."""
    rows = fixture.all("product.collectionchannellisting", collection=collection.key)
    assert {row["channel"] for row in rows} == fixture.rows["channel.channel"].keys()
    assert all(row["is_published"] for row in rows)
    (when,) = {row["published_at"] for row in rows}
    return instant(when)


def collected(fixture: Fixture, collection: Row) -> list[int]:
    rows = fixture.all("product.collectionproduct", collection=collection.key)
    return [
        row["product"] for row in sorted(rows, key=lambda row: (row["sort_order"] or 0, row.key))
    ]
