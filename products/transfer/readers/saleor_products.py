"""One product of Saleor's, with its variants, prices and stock -> one record."""

from typing import Any
from urllib.parse import quote

from products.transfer.readers import cells
from products.transfer.readers.editorjs import html_of
from products.transfer.readers.saleor_goods import Parts
from products.transfer.readers.saleor_rows import Row
from products.transfer.readers.saleor_shape import Shape, moment, texts_of
from products.transfer.readers.saleor_variants import VariantGoods
from products.transfer.readers.shop import Shop
from products.transfer.records import MediaRecord, ProductRecord

KEPT = ("created_at", "updated_at", "rating", "external_reference")


def build_product(shop: Shop, row: Row, shape: Shape, parts: Parts) -> ProductRecord:
    """Raises RecordRefused."""
    return _Product(shop, row, shape, parts).build()


class _Product(VariantGoods):
    def build(self) -> ProductRecord:
        row, record, values = self.row, self.record, self.values
        values["name"] = str(row["name"])
        values["external_ids"] = [{"system": "saleor", "id": str(row["pk"])}]
        if description := html_of(row.get("description")):
            values["description"] = description
        if row.get("seo_title"):
            values["seo_title"] = row["seo_title"]
        if row.get("seo_description"):
            values["seo_description"] = row["seo_description"]
        if (category := row.get("category")) in self.shape.paths:
            record.category = self.shape.paths[category]
        for key in self.collections:
            if found := self.shape.get("product.collection", key):
                record.collections.append(found["name"][:200])
        tax = self.shape.get("tax.taxclass", row.get("tax_class"))
        if tax is not None:
            values["tax_class"] = self.shop.finds.tax_class(tax["name"])
        self._translate()
        self._list()
        self._add_media()
        self._add_type()
        for each in self.parts("product.productvariant", row["pk"]):
            self.add_variant(each)
        self.ensure_told_apart()
        self._finish()
        return record

    def _finish(self) -> None:
        self.kept |= {
            key: self.row[key] for key in KEPT if self.row.get(key) not in {None, "", "0.0"}
        }
        kept: dict[str, Any] = dict(self.row.get("metadata") or {})
        if self.kept:
            kept["saleor"] = self.kept
        if kept:
            self.values["metadata"] = kept

    def _translate(self) -> None:
        for each in self.parts("product.producttranslation", self.row["pk"]):
            if locale := self.shop.finds.locale(each["language_code"]):
                self.values.setdefault("translations", {})[locale] = texts_of(each)

    def _list(self) -> None:
        """In a channel that shows it in no list, it is not listed here either."""
        rows = self.parts("product.productchannellisting", self.row["pk"])
        self.values["status"] = (
            "published" if any(each.get("is_published") for each in rows) else "draft"
        )
        for each in rows:
            channel = self.shape.get("channel.channel", each["channel"])
            if channel is None:
                continue
            visible = each.get("visible_in_listings", True)
            when = each.get("published_at") or each.get("publication_date")
            self.record.listings.append(
                {
                    "channel": self.shape.slug(channel),
                    "is_listed": bool(each.get("is_published") and visible),
                    "publish_at": moment(when),
                }
            )
            if each.get("is_published") and not visible:
                self.warn(
                    "unlisted",
                    f"It is in no list of {channel['name']!r}: it is not listed there.",
                    "List it if you wish.",
                )

    def _add_media(self) -> None:
        key = self.row["pk"]
        models = ("product.productmedia", "product.productimage")
        for row in [each for model in models for each in self.parts(model, key)]:
            address = str(row.get("external_url") or row.get("image") or "")
            base = self.shop.options.media_base
            if address and "://" not in address and base:
                address = f"{base.rstrip('/')}/{quote(address.lstrip('/'), safe='/%')}"
            if not cells.is_url(address):
                self._keep_picture(address)
                continue
            is_video = row.get("type") == "VIDEO"
            record = MediaRecord(row["line"], address, (row.get("alt") or "")[:500] or None)
            record.kind = "external_video" if is_video else "image"
            x, _, y = str(row.get("ppoi") or "").partition("x")
            if y and not is_video and (x, y) != ("0.5", "0.5"):
                record.focal_point = {"x": float(x), "y": float(y)}
            self.media[row["pk"]] = address
            self.record.media.append(record)

    def _keep_picture(self, address: str) -> None:
        if not address:
            return
        if "images" not in self.kept:
            self.warn(
                "picture-without-address",
                f"{address[:80]!r} is a path alone: it is kept in the product's metadata.",
                "Say where the pictures lie.",
            )
        self.kept.setdefault("images", []).append(address)

    def _add_type(self) -> None:
        if self.kind is None:
            return
        self.record.product_type = self.shape.type_slug(self.kind)
        self.kept |= {
            name: self.kind[name] for name in ("kind", "is_shipping_required") if name in self.kind
        }
        key = self.row["pk"]
        rows = self.parts("attribute.assignedproductattributevalue", key)
        for assigned in self.parts("attribute.assignedproductattribute", key):
            rows += self.parts("attribute.assignedproductattributevalue", f"of {assigned['pk']}")
        self.assign([each["value"] for each in rows], self.record.attributes, self.row["line"])
