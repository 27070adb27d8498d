"""OroCommerce's product lists: units and their precision, several prices, information in lines."""

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft
from products.transfer.readers.finds import exact_code, label_of
from products.transfer.readers.sheets import Layout, Line, family, spelled
from products.transfer.readers.shop import ShopReader, recognised_by
from products.transfer.records import ProductRecord
from products.transfer.sources import Format

TYPE = ("orocommerce", "OroCommerce")
ATTRIBUTES = ("information", "specifications")
KEPT = ("map", "precision", "type", "page_template", "category_sort_order")
DEFAULTS = {"type": "simple", "precision": "0"}
FLAGS = ("featured", "new_arrival")
LAYOUT = Layout(
    label="OroCommerce CSV",
    fields={
        **spelled("sku", "name", "description", "category", "price", "msrp", "unit"),
        **spelled(*ATTRIBUTES, *KEPT, *FLAGS, "brand_id", "brand", "status", "slug"),
    },
    families={"price": family(r"price_(?P<currency>[a-z]{3})")},
    required=("sku", "name"),
    keeps_unknown=True,
)


class OroReader(ShopReader):
    system = "orocommerce"
    layout = LAYOUT
    numbers = ("price", "msrp", "map")

    def build(self, lines: list[Line]) -> ProductRecord:
        line = lines[0]
        draft = Draft(self.shop, lines, self.columns)
        draft.named(line.cell("sku"))
        if not line.cell("sku"):
            raise line.refused(
                "sku-missing", "The line names no product.", "Give it an SKU.", "sku"
            )
        draft.name(line)
        draft.slug(line, "slug")
        draft.description(line.raw("description"))
        if path := line.read("category", cells.category_path, line.cell("category")):
            draft.record.category = path
        if status := line.cell("status").casefold():
            draft.values["status"] = "published" if status == "enabled" else "draft"
        draft.record.brand = line.read("brand", cells.text, "brand", line.cell("brand")) or None
        draft.keep(line, "brand_id")
        for key in KEPT:
            if line.cell(key) != DEFAULTS.get(key):
                draft.keep(line, key)
        for key in FLAGS:
            if line.cell(key) == "1":
                draft.kept[key] = True
        self._add_attributes(draft, line)
        self._add_variant(draft, line)
        return draft.finish()

    def _add_attributes(self, draft: Draft, line: Line) -> None:
        """Texts of several lines, the unit in which it is sold, and columns of the shop's own."""
        named = [(key, line.column(key), line.cell(key)) for key in (*ATTRIBUTES, "unit")]
        named += [(member.name, member.name, cell) for member, cell in line.family("other")]
        for name, column, cell in named:
            if cell:
                code = self.finds.attribute(label_of(name), code=exact_code(name))
                draft.record.product_type = self.finds.product_type(*TYPE)
                draft.attribute(line, code, cell, column)

    def _add_variant(self, draft: Draft, line: Line) -> None:
        """The price is what is asked; a recommended one above it is what it was."""
        variant = draft.variant(line)
        draft.sku(variant)
        asked, recommended = draft.money(line, "price"), draft.money(line, "msrp")
        if asked is not None and recommended is not None and recommended.amount > asked.amount:
            variant.price(
                {
                    "currency": asked.currency,
                    "amount": asked.amount,
                    "compare_at": recommended.amount,
                }
            )
        else:
            if asked is not None:
                variant.price({"currency": asked.currency, "amount": asked.amount})
            draft.keep(line, "msrp", into=variant.kept)
        for member, cell in line.family("price"):
            assert member.match is not None
            currency = member.match["currency"].upper()
            if other := draft.money_of(line, cell, currency, column=member.name):
                variant.price({"currency": other.currency, "amount": other.amount})


FORMAT = Format(
    "orocommerce",
    "OroCommerce CSV",
    recognised_by(
        "sku",
        "name",
        "unit",
        of=("precision", "msrp", "map", "information", "new arrival"),
        least=2,
    ),
    OroReader,
)
