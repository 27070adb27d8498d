"""The variants of a Saleor product: options, prices of channels and sales, stock of warehouses."""

from decimal import Decimal, InvalidOperation
from typing import Any

from products.services.values import PriceValues, WeightValues
from products.transfer.readers.amounts import AMOUNT, WEIGHT_UNITS
from products.transfer.readers.saleor_goods import Goods
from products.transfer.readers.saleor_rows import Row
from products.transfer.records import VariantRecord

KEPT_OF_VARIANTS = (
    "quantity_limit_per_customer",
    "is_preorder",
    "preorder_end_date",
    "preorder_global_threshold",
    "external_reference",
)


class VariantGoods(Goods):
    def add_variant(self, row: Row) -> None:
        record = VariantRecord(row["line"], {"options": {}})
        values = record.values
        self.record.variants.append(record)
        values["external_ids"] = [{"system": "saleor", "id": str(row["pk"])}]
        if row.get("sku"):
            values["sku"] = row["sku"]
        values["track_inventory"] = bool(row.get("track_inventory", True))
        selected = {
            each["attribute"]: each.get("variant_selection", True)
            for each in self.shape.of(
                "attribute.attributevariant", "product_type", self.row["product_type"]
            )
        }
        assigned = self.parts("attribute.assignedvariantattribute", row["pk"])
        keys = [
            each["value"]
            for one in assigned
            for each in self.parts("attribute.assignedvariantattributevalue", one["pk"])
        ]
        for attribute, value in self.assign(keys, record.attributes, row["line"]):
            if selected.get(attribute["pk"], True):
                values["options"][attribute["name"][:100]] = value["name"][:255]
        if weight := self._weight(row):
            values["weight"] = weight
        self._add_prices(record, row)
        self._add_stock(record, row)
        self._show(record, row)
        kept = dict(row.get("metadata") or {})
        own = {key: row[key] for key in KEPT_OF_VARIANTS if row.get(key)}
        if row.get("name") and row["name"] not in values["options"].values():
            own["name"] = row["name"]
        if own:
            kept["saleor"] = own
        if kept:
            values["metadata"] = kept

    def _weight(self, variant: Row) -> WeightValues | None:
        """Its own, else the product's, else that of the type; nothing where that is nothing."""
        kind = self.kind or {}
        given = variant.get("weight") or self.row.get("weight") or kind.get("weight")
        value, _, unit = str(given or "").partition(":")
        try:
            number = Decimal(value or 0)
        except InvalidOperation:
            raise self.refused("invalid-measure", f"{given!r} is no weight.", variant) from None
        known = WEIGHT_UNITS.get(unit or "kg")
        if known is None:
            raise self.refused("unknown-unit", f"{unit!r} is no unit of weight.", variant)
        return {"value": number, "unit": known} if number else None

    def _add_prices(self, record: VariantRecord, variant: Row) -> None:
        asked: dict[Any, PriceValues] = {}
        for row in self.parts("product.productvariantchannellisting", variant["pk"]):
            channel = self.shape.get("channel.channel", row["channel"])
            if row.get("price_amount") is None or channel is None:
                continue
            price: PriceValues = {
                "currency": row["currency"],
                "amount": self._amount(row["price_amount"], row),
            }
            prior = row.get("prior_price_amount")
            if prior is not None and self._amount(prior, row) > price["amount"]:
                price["compare_at"] = self._amount(prior, row)
            if row["channel"] not in self.shape.base_channels:
                price["price_list"] = self.shape.slug(channel)
            asked[row["channel"]] = price
            if row.get("cost_price_amount") is not None:
                record.costs[row["currency"]] = self._amount(row["cost_price_amount"], row)
        reduced = self.shape.reductions(self.row, variant, set(self.collections))
        for channel_key, code, value, is_share in reduced:
            if (own := asked.get(channel_key)) is None:
                continue
            left = own["amount"] * (100 - value) / 100 if is_share else own["amount"] - value
            record.values.setdefault("prices", []).append(
                {
                    "currency": own["currency"],
                    "amount": max(round(left, 4), Decimal(0)),
                    "compare_at": own["amount"],
                    "price_list": code,
                }
            )
        record.values["prices"] = [*asked.values(), *record.values.get("prices", [])]

    def _amount(self, given: Any, row: Row) -> Decimal:
        text = str(given)
        if not AMOUNT.fullmatch(text):
            raise self.refused("invalid-amount", f"{text[:40]!r} is no amount of money.", row)
        return Decimal(text)

    def _add_stock(self, record: VariantRecord, variant: Row) -> None:
        for row in self.parts("warehouse.stock", variant["pk"]):
            found = self.shape.get("warehouse.warehouse", row["warehouse"])
            name = found["slug"] if found else str(row["warehouse"])
            code = self.shop.finds.location(name)
            if found:
                self.shop.finds.locations[code] = found["name"][:200]
            record.stock[code] = max(int(row["quantity"]), 0)

    def _show(self, record: VariantRecord, variant: Row) -> None:
        rows = self.parts("product.variantmedia", variant["pk"])
        rows += self.parts("product.variantimage", variant["pk"])
        shown = [self.media.get(row.get("media") or row.get("image")) for row in rows]
        if urls := list(dict.fromkeys(url for url in shown if url)):
            record.values["media"] = list(urls)

    def ensure_told_apart(self) -> None:
        """Variants that shoppers cannot choose by attributes are chosen by name."""
        variants = self.record.variants
        options = [frozenset(each.values["options"].items()) for each in variants]
        if len(set(options)) < len(options):
            rows = self.parts("product.productvariant", self.row["pk"])
            for each, row in zip(variants, rows, strict=True):
                each.values["options"]["Variant"] = str(row.get("sku") or row["pk"])
        names = dict.fromkeys(name for each in variants for name in each.values["options"])
        if names:
            self.values["option_names"] = list(names)
