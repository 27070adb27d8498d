"""Bagisto's product files: a line per product and locale, variants below a configurable parent."""

from collections.abc import Mapping
from decimal import Decimal

from products.transfer.readers import cells
from products.transfer.readers.axes import axes_of
from products.transfer.readers.drafts import Draft, VariantDraft, day, end_of_day
from products.transfer.readers.finds import code_of, exact_code, label_of
from products.transfer.readers.magento_columns import linked, pairs, variations
from products.transfer.readers.sheets import Layout, Line, spelled
from products.transfer.readers.shop import recognised_by
from products.transfer.readers.views import ViewedReader, add_plain
from products.transfer.records import ProductRecord
from products.transfer.sources import Format

KEPT = ("short_description", "meta_keywords", "booking_options", "bundle_options")
FLAGS = ("new", "featured")
LAYOUT = Layout(
    label="Bagisto CSV",
    fields={
        **spelled("sku", "parent_sku", "locale", "channel", "type", "categories", "images"),
        **spelled("name", "description", "status", "visible_individually", "tax_category_name"),
        **spelled("length", "width", "height", "weight", "price", "cost", "special_price"),
        **spelled("special_price_from", "special_price_to", "customer_group_prices", "url_key"),
        **spelled("meta_title", "meta_description", "manage_stock", "inventories"),
        **spelled("related_skus", "cross_sell_skus", "up_sell_skus", "configurable_variants"),
        **spelled("associated_skus", *KEPT, *FLAGS),
        "kind": ("attribute family code",),
    },
    left_out=frozenset({"guest checkout"}),
    required=("sku", "type"),
    means={"title": "name", "handle": "url_key", "option1_value": "configurable_variants"},
    keeps_unknown=True,
)
LINKS = (
    ("related_skus", "related", "Related products"),
    ("cross_sell_skus", "cross-sell", "Cross-sell"),
    ("up_sell_skus", "up-sell", "Up-sell"),
)
TEXTS = {
    "name": "name",
    "description": "description",
    "url_key": "slug",
    "meta_title": "seo_title",
    "meta_description": "seo_description",
}


class BagistoReader(ViewedReader):
    system = "bagisto"
    layout = LAYOUT
    numbers = ("price", "special_price", "cost", "weight", "length", "width", "height")

    def key(self, line: Line) -> str:
        sku = line.cell("sku")
        for child, _ in variations(line.cell("configurable_variants")):
            self.store.same(child, sku)
        if parent := line.cell("parent_sku"):
            self.store.same(sku, parent)
        return sku

    def build(self, lines: list[Line]) -> ProductRecord:
        own_sku = self.store.owner(lines[0].cell("sku"))
        first, others = self.split(lines, own_sku)
        draft = Draft(
            self.shop, [first, *(line for line in lines if line is not first)], self.columns
        )
        draft.named(own_sku)
        self.warn_of_repeated(draft)
        self._add_product(draft, first)
        self.translate(draft, others, TEXTS)
        children = self.children(lines, own_sku)
        if children or first.cell("configurable_variants"):
            self._add_variants(draft, first, children)
        elif first.cell("type").casefold() not in {"grouped", "bundle", "configurable"}:
            self._add_variant(draft, first)
        self._relate(draft, first)
        return draft.finish()

    def _add_product(self, draft: Draft, line: Line) -> None:
        add_plain(draft, line, KEPT)
        if line.cell("visible_individually") == "0" and draft.values.get("status") == "published":
            draft.values["status"] = "draft"
            draft.warn(
                line,
                "unlisted",
                "It is in no list of the shop: it is imported as a draft.",
                "Publish it if you wish.",
                "visible_individually",
            )
        for key in FLAGS:
            if line.cell(key) == "1":
                draft.kept[key] = True
        if (kind := line.cell("type").casefold()) not in {"simple", "configurable"}:
            draft.kept["type"] = kind
        if name := line.cell("kind"):
            draft.record.product_type = self.finds.product_type(code_of(name), label_of(name))
        draft.tax_class(line.cell("tax_category_name"))
        paths = [
            line.read("categories", cells.category_path, cell, "/")
            for cell in cells.parts(line.cell("categories"), ",")
        ]
        if paths:
            draft.record.category, *draft.record.categories = dict.fromkeys(paths)
        for address in cells.parts(line.cell("images"), ","):
            draft.picture(line, address, "images")
        self._add_attributes(draft, line, None, {})

    def _add_attributes(
        self, draft: Draft, line: Line, variant: VariantDraft | None, said: Mapping[str, str]
    ) -> None:
        """Columns of the attribute family."""
        for member, cell in line.family("other"):
            code = exact_code(member.name)
            if said.get(member.name) == cell:
                continue
            self.finds.attribute(label_of(member.name), code=code)
            if draft.record.product_type is None:
                draft.record.product_type = self.finds.product_type("bagisto", "Bagisto")
            draft.attribute(line, code, cell, member.name, variant=variant)

    def _add_variants(self, draft: Draft, first: Line, children: Mapping[str, Line]) -> None:
        packed = dict(variations(first.cell("configurable_variants")))
        for sku in packed:
            if sku not in children:
                draft.warn(
                    first,
                    "variant-missing",
                    f"The file has no line of the variant {sku!r}: it is left out.",
                    "Export it as well.",
                    "configurable_variants",
                )
        said = {
            sku: {member.name: cell for member, cell in line.family("other")}
            for sku, line in children.items()
        }
        if not packed:
            names = [member.name for member in self.columns.family("other")]
            axes = axes_of(list(said.values()), names)
            packed = {sku: {name: own[name] for name in axes} for sku, own in said.items()}
        parents = {member.name: cell for member, cell in first.family("other")}
        options: dict[str, None] = {}
        for sku, line in children.items():
            variant = self._add_variant(draft, line)
            draft.external_id(sku, variant)
            axes_of_it = packed.get(sku, {})
            for code, value in axes_of_it.items():
                draft.option(variant, label_of(code), value, "configurable_variants")
                options.setdefault(label_of(code))
            for address in cells.parts(line.cell("images"), ","):
                draft.picture(line, address, "images", variant=variant)
            self._add_attributes(draft, line, variant, parents | axes_of_it)
            if (name := line.cell("name")) and not name.startswith(first.cell("name")):
                variant.kept["name"] = name
            for key in ("description", "short_description"):
                if line.cell(key) not in {"", first.cell(key)}:
                    variant.kept[key] = line.raw(key)
            if line.cell("status") == "0":
                variant.values["status"] = "draft"
        if options:
            draft.values["option_names"] = list(options)

    def _add_variant(self, draft: Draft, line: Line) -> VariantDraft:
        variant = draft.variant(line)
        draft.sku(variant)
        regular = draft.money(line, "price")
        period = (day(line, "special_price_from"), end_of_day(line, "special_price_to"))
        draft.sale(variant, regular, draft.money(line, "special_price"), period, "special_price")
        draft.cost(variant)
        draft.weight(variant, "weight")
        draft.size(variant, ("length", "width", "height"))
        if cell := line.cell("manage_stock"):
            variant.values["track_inventory"] = line.read("manage_stock", cells.flag, cell)
        for source, count in pairs(line.cell("inventories")):
            code = self.finds.location(source)
            counted = line.read("inventories", cells.quantity, count)
            variant.record.stock[code] = max(counted, 0)
        for part in cells.parts(line.cell("customer_group_prices"), "|"):
            self._add_tier(draft, variant, dict(pairs(part)), regular.amount if regular else None)
        return variant

    def _add_tier(
        self, draft: Draft, variant: VariantDraft, said: Mapping[str, str], regular: Decimal | None
    ) -> None:
        """A price from a quantity on, for a customer group or for all."""
        line, key = variant.line, "customer_group_prices"
        asked = draft.money_of(line, said.get("price", ""), key=key)
        if asked is None:
            return
        amount = asked.amount
        if said.get("type") == "discount":
            if regular is None:
                return
            amount = round(regular * (100 - amount) / 100, 4)
        group, count = said.get("group", "all"), said.get("qty", "1")
        price_list = None
        if group.casefold() != "all":
            name = f"{group} {asked.currency}"
            price_list = self.finds.price_list(
                code_of(name), name, asked.currency, group=code_of(group)
            )
        variant.price(
            {
                "currency": asked.currency,
                "amount": max(amount, Decimal(0)),
                "min_quantity": max(line.read(key, cells.quantity, count), 1),
                **({"price_list": price_list} if price_list else {}),
            }
        )

    def _relate(self, draft: Draft, line: Line) -> None:
        for key, code, name in LINKS:
            for sku, _ in linked(line.cell(key)):
                kind = self.finds.relation_kind(code, name)
                draft.relate(line, kind, sku, external_id=self._target(sku))
        for sku, count in linked(line.cell("associated_skus")):
            kind = self.finds.relation_kind("grouped", "Grouped products", is_bundle=True)
            draft.relate(line, kind, sku, quantity=count, external_id=self._target(sku))
        for part in line.cell("bundle_options").split("|"):
            found = dict(pairs(part))
            if sku := found.get("sku", ""):
                kind = self.finds.relation_kind("bundle", "Bundle", is_bundle=True)
                count = next(linked(f"x={found.get('qty', '1')}"))[1]
                draft.relate(line, kind, sku, quantity=count, external_id=self._target(sku))

    def _target(self, sku: str) -> tuple[str, str]:
        return self.system, self.store.owner(sku)


FORMAT = Format(
    "bagisto",
    "Bagisto CSV",
    recognised_by(
        "sku",
        "type",
        "attribute family code",
        of=("locale", "url key", "parent sku", "configurable variants", "inventories"),
    ),
    BagistoReader,
)
