"""What Saleor's products refer to: channels, types, attributes, categories, sales, warehouses."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from products.services.values import AttributeFields, BrandValues, CollectionValues
from products.transfer.readers.cells import CellRefused, instant
from products.transfer.readers.editorjs import html_of
from products.transfer.readers.finds import (
    Attribute,
    Finds,
    Kind,
    code_of,
    exact_code,
    exact_option,
)
from products.transfer.readers.saleor_rows import Row
from products.transfer.records import CategoryRecord

TYPES = {
    "dropdown": "choice",
    "swatch": "choice",
    "multiselect": "multi_choice",
    "boolean": "boolean",
    "date": "date",
    "date-time": "datetime",
    "numeric": "decimal",
    "rich-text": "long_text",
    "plain-text": "text",
}
CHOICES = {"choice", "multi_choice"}


class Shape:
    def __init__(self, finds: Finds) -> None:
        self.finds = finds
        self._rows: dict[str, dict[Any, Row]] = defaultdict(dict)
        self._by: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self.paths: dict[Any, tuple[str, ...]] = {}
        self.base_channels: set[Any] = set()  # whose prices are base prices

    def add(self, model: str, row: Row) -> None:
        self._rows[model][row["pk"]] = row

    def get(self, model: str, key: Any) -> Row | None:
        return self._rows[model].get(key)

    def all(self, model: str) -> list[Row]:
        return list(self._rows[model].values())

    def of(self, model: str, field: str, key: Any) -> list[Row]:
        """Those that have that value, in their order."""
        if (model, field) not in self._by:
            found: dict[Any, list[Row]] = defaultdict(list)
            for row in self.all(model):
                found[row[field]].append(row)
            for rows in found.values():
                rows.sort(key=lambda row: (row.get("sort_order") or 0, str(row["pk"]).zfill(20)))
            self._by[model, field] = found
        return self._by[model, field][key]

    def define(self) -> None:
        """Once, when all is there."""
        self._define_channels()
        self.finds.wants_all = True
        for row in self.all("attribute.attribute"):
            self._define_attribute(row)
        for row in self.all("product.producttype"):
            kind = self.finds.kinds[self.type_slug(row)] = Kind(row["name"][:200])
            for model in ("attribute.attributeproduct", "attribute.attributevariant"):
                for each in self.of(model, "product_type", row["pk"]):
                    code = self.code(each["attribute"])
                    if code:
                        kind.attributes[code] = model.endswith("variant")
        self._define_categories()

    def _define_channels(self) -> None:
        """The first channel of each currency has the base prices; others have lists."""
        taken: set[str] = set()
        for row in sorted(self.all("channel.channel"), key=lambda each: str(each["pk"]).zfill(20)):
            currency = row["currency_code"]
            self.finds.channel(self.slug(row), row["name"], currency)
            if currency in taken:
                self.finds.price_list(self.slug(row), row["name"], currency, channel=self.slug(row))
            else:
                taken.add(currency)
                self.base_channels.add(row["pk"])

    def slug(self, channel: Row) -> str:
        return str(channel["slug"])

    def type_slug(self, row: Row) -> str:
        return str(row.get("slug") or code_of(row["name"]))

    # -- attributes -------------------------------------------------------------------------------

    def code(self, attribute: Any) -> str:
        """ "" of those that are something else here: references and files."""
        row = self.get("attribute.attribute", attribute)
        return exact_code(row["slug"]) if row and row["input_type"] in TYPES else ""

    def _define_attribute(self, row: Row) -> None:
        if not (code := self.code(row["pk"])):
            return
        kind = TYPES[row["input_type"]]
        values: AttributeFields = {
            "code": code,
            "name": row["name"][:200],
            "type": kind,
            "is_filterable": bool(row.get("filterable_in_storefront")) and kind != "long_text",
        }
        found = Attribute(values, is_exact=True)
        if kind in CHOICES:
            for each in self.of("attribute.attributevalue", "attribute", row["pk"]):
                option = exact_option(each["slug"])
                found.options[option] = {"code": option, "label": each["name"][:200]}
        self.finds.attributes[code] = found

    def brand(self, page: Any) -> Row | None:
        """The page, if it is one of the type brand."""
        row = self.get("page.page", page)
        kind = self.get("page.pagetype", row["page_type"]) if row else None
        return row if row and kind and kind["slug"].casefold() in {"brand", "brands"} else None

    def brands(self) -> list[BrandValues]:
        return [
            {
                "name": row["title"][:200],
                "slug": row["slug"],
                "description": html_of(row.get("content")),
            }
            for row in self.all("page.page")
            if self.brand(row["pk"])
        ]

    # -- categories, collections ------------------------------------------------------------------

    def _define_categories(self) -> None:
        rows = self._rows["product.category"]
        for key, row in rows.items():
            chain = [row]
            while chain[-1].get("parent") in rows and len(chain) < 50:
                chain.append(rows[chain[-1]["parent"]])
            self.paths[key] = tuple(each["name"][:200] for each in reversed(chain))
        for key, row in rows.items():
            record = CategoryRecord(
                self.paths[key],
                slug=row["slug"],
                description=html_of(row.get("description")),
                position=(row.get("tree_id") or 0) * 1_000 + (row.get("lft") or 0),
            )
            for each in self.of("product.categorytranslation", "category", key):
                if locale := self.finds.locale(each["language_code"]):
                    record.translations[locale] = texts_of(each)
            self.finds.categories[self.paths[key]] = record

    def collections(self) -> list[CollectionValues]:
        return [
            {
                "name": row["name"][:200],
                "slug": row["slug"],
                "description": html_of(row.get("description")),
                "status": "published",
                "seo_title": (row.get("seo_title") or "")[:200],
                "seo_description": (row.get("seo_description") or "")[:500],
            }
            for row in self.all("product.collection")
        ]

    # -- sales ------------------------------------------------------------------------------------

    def reductions(
        self, product: Row, variant: Row, collections: set[Any]
    ) -> Iterator[tuple[Any, str, Decimal, bool]]:
        """Channel, price list, value and whether it is a percentage, of each sale of a variant."""
        for sale in self.all("discount.sale"):
            named = (
                product["pk"] in (sale.get("products") or ())
                or variant["pk"] in (sale.get("variants") or ())
                or product.get("category") in (sale.get("categories") or ())
                or collections & set(sale.get("collections") or ())
            )
            for row in self.of("discount.salechannellisting", "sale", sale["pk"]) if named else ():
                channel = self.get("channel.channel", row["channel"])
                if channel is not None:
                    code = self._sale_list(sale, row, channel)
                    is_share = sale["type"] == "percentage"
                    yield row["channel"], code, Decimal(str(row["discount_value"])), is_share

    def _sale_list(self, sale: Row, row: Row, channel: Row) -> str:
        code = exact_code(f"sale-{sale['pk']}-{self.slug(channel)}")
        self.finds.price_list(code, sale["name"], row["currency"], channel=self.slug(channel))
        values = self.finds.price_lists[code]
        values["priority"] = 10
        values["valid_from"] = moment(sale.get("start_date"))
        values["valid_until"] = moment(sale.get("end_date"))
        return code


def moment(text: Any) -> datetime | None:
    """None too where it is no instant."""
    try:
        return instant(str(text)) if text else None
    except CellRefused:
        return None


def texts_of(row: Row) -> dict[str, str]:
    """Those of a translation that are not blank."""
    found = {}
    for name in ("name", "slug", "seo_title", "seo_description"):
        if text := row.get(name):
            found[name] = str(text)
    if description := html_of(row.get("description")):
        found["description"] = description
    return found
