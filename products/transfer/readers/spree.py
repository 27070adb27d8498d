"""Spree's product files: lines of the product, of its variants, and of further currencies."""

from products.transfer.readers import cells
from products.transfer.readers.drafts import Draft, VariantDraft, day
from products.transfer.readers.finds import code_of, exact_code, label_of
from products.transfer.readers.sheets import Layout, Line, family, numbered, spelled
from products.transfer.readers.shop import (
    ScatteredReader,
    other_file,
    recognised_by,
    table_of,
)
from products.transfer.records import ProductRecord
from products.transfer.sources import Format

STATUSES = {"active": "published", "draft": "draft", "archived": "archived"}
KEPT = ("meta_keywords", "shipping_category", "digital")
LAYOUT = Layout(
    label="Spree CSV",
    fields={
        **spelled("slug", "sku", "name", "price", "currency", "status", "description", "tags"),
        **spelled("meta_title", "meta_description", "tax_category", "product_type", "barcode"),
        **spelled("width", "height", "depth", "dimensions_unit", "weight", "weight_unit"),
        **spelled("available_on", "discontinue_on", "inventory_count", "track_inventory", *KEPT),
        "compare_at": ("compare at price",),
        "cost": ("cost price",),
        "brand": ("brand", "brand name", "vendor", "vendor name"),
        "backorderable": ("inventory backorderable",),
    },
    families={
        "category": family(r"category\s*\d+"),
        "option": family(r"option(?P<n>\d+)_(?P<part>name|value)"),
        "image": family(r"image\d+_src"),
        "field": family(r"(?:custom_field|metafield|property)\.(?P<name>.+)"),
    },
    required=("slug", "sku"),
)
OF_TRANSLATIONS = {
    "name": "name",
    "description": "description",
    "slug": "slug",
    "meta_title": "seo_title",
    "meta_description": "seo_description",
}


class SpreeReader(ScatteredReader):
    system = "spree"
    layout = LAYOUT
    numbers = ("price", "compare_at", "cost", "width", "height", "depth", "weight")

    def prepare(self) -> None:
        """Translations stand in a file of their own, by slug."""
        source = other_file(self.bundle, "slug", "locale", "name", named="translation")
        for row in table_of(source):
            if locale := self.finds.locale(row.get("locale", "")):
                for column, name in OF_TRANSLATIONS.items():
                    text = row.get(column, "") if column != "slug" else row.get("translated_slug")
                    if text:
                        self.store.note(row["slug"], f"{locale}/{name}", text)
                        self.store.note("locales", row["slug"], locale)

    def key(self, line: Line) -> str:
        slug = line.cell("slug")
        return f"slug:{slug}" if slug else f"sku:{line.cell('sku')}"

    def build(self, lines: list[Line]) -> ProductRecord:
        skus = {line.cell("sku") for line in lines if _is_chosen(line)} - {""}
        chosen = [line for line in lines if _is_chosen(line) or line.cell("sku") in skus]
        own = [line for line in lines if line not in chosen]
        first = own[0] if own else lines[0]
        draft = Draft(
            self.shop, [first, *(line for line in lines if line is not first)], self.columns
        )
        draft.named(first.cell("slug"))
        _add_product(draft)
        for locale in dict.fromkeys(self.store.noted("locales", first.cell("slug"))):
            for name in OF_TRANSLATIONS.values():
                for text in self.store.noted(first.cell("slug"), f"{locale}/{name}"):
                    draft.translate(locale, name, text)
        if chosen:
            _keep_master(draft, own)
        _add_variants(draft, chosen or own)
        return draft.finish()


def _is_chosen(line: Line) -> bool:
    """Whether it is about a variant that shoppers choose."""
    return any(each.get("value") for each in numbered(line.family("option")).values())


def _add_product(draft: Draft) -> None:
    line = draft.line_of("name")
    draft.name(line)
    draft.slug(draft.first, "slug")
    draft.description(draft.line_of("description").raw("description"))
    draft.seo(draft.line_of("meta_title"), "meta_title", "")
    draft.seo(draft.line_of("meta_description"), "", "meta_description")
    status = draft.line_of("status")
    if word := status.cell("status").casefold():
        if word not in STATUSES:
            raise status.refused(
                "invalid-status",
                f"{word[:40]!r} is no status.",
                "Use active, draft or archived.",
                "status",
            )
        draft.values["status"] = STATUSES[word]
    if starts := day(draft.line_of("available_on"), "available_on"):
        draft.values["publish_at"] = starts
    if ends := day(draft.line_of("discontinue_on"), "discontinue_on"):
        draft.values["unpublish_at"] = ends
    tags = draft.line_of("tags")
    if tags.cell("tags"):
        draft.values["tags"] = tags.read("tags", cells.tags, tags.cell("tags"))
    draft.tax_class(draft.line_of("tax_category").cell("tax_category"))
    brand = draft.line_of("brand")
    draft.record.brand = brand.read("brand", cells.text, "brand", brand.cell("brand")) or None
    draft.keep(draft.first, *KEPT)
    _add_categories(draft)
    kind = draft.line_of("product_type").cell("product_type")
    if kind:
        draft.record.product_type = draft.shop.finds.product_type(code_of(kind), kind)


def _add_categories(draft: Draft) -> None:
    paths: dict[tuple[str, ...], None] = {}
    for line in draft.lines:
        for member, cell in line.family("category"):
            separator = "->" if "->" in cell else ">"
            paths.setdefault(line.parse(member.name, cells.category_path, cell, separator))
    if paths:
        draft.record.category, *draft.record.categories = paths


def _keep_master(draft: Draft, own: list[Line]) -> None:
    """Where shoppers choose, the product's own line sells nothing: its price is 0 mostly."""
    for line in own:
        _add_fields(draft, line, None)
        for member, address in line.family("image"):
            draft.picture(line, address, column=member.name)
        draft.keep(line, "sku", "barcode")
        if line.cell("price").strip("0., "):
            draft.keep(line, "price")
        if line.cell("inventory_count").strip("0 "):
            draft.keep(line, "inventory_count")


def _add_variants(draft: Draft, lines: list[Line]) -> None:
    """A second line of an SKU is about another currency."""
    by_sku: dict[str, VariantDraft] = {}
    names: dict[str, None] = {}
    for line in lines:
        sku = line.cell("sku")
        variant = by_sku.get(sku) if sku else None
        if variant is None:
            variant = by_sku[sku] = draft.variant(line)
            _add_variant(draft, variant)
            names |= dict.fromkeys(variant.values.get("options", {}))
        _add_price(draft, variant, line)
        is_alone = not _is_chosen(line)
        for member, address in line.family("image"):
            shown_by = None if is_alone else variant
            draft.picture(line, address, variant=shown_by, column=member.name)
        _add_fields(draft, line, None if is_alone else variant)
    if names:
        draft.values["option_names"] = list(names)


def _add_variant(draft: Draft, variant: VariantDraft) -> None:
    line = variant.line
    draft.sku(variant)
    draft.gtin(variant, "barcode")
    for each in numbered(line.family("option")).values():
        if each.get("value"):
            if not each.get("name"):
                raise line.refused(
                    "option-name-missing",
                    f"{each['value'][:40]!r} is the value of an option without a name.",
                    "Name the option on each line.",
                )
            draft.option(variant, each["name"], each["value"], column=each["column"])
    draft.weight(variant, "weight", line.cell("weight_unit"))
    draft.size(variant, ("depth", "width", "height"), line.cell("dimensions_unit"))
    if cell := line.cell("track_inventory"):
        variant.values["track_inventory"] = line.read("track_inventory", cells.flag, cell)
    sells_on = False
    if cell := line.cell("backorderable"):
        sells_on = line.read("backorderable", cells.flag, cell)
        draft.backorders(variant, sells_on)
    draft.stock(variant, "inventory_count", sells_on=sells_on)
    draft.cost(variant, currency=line.cell("currency"))


def _add_price(draft: Draft, variant: VariantDraft, line: Line) -> None:
    """A former price of 0 is none."""
    currency = line.cell("currency").upper()
    asked = draft.money(line, "price", currency)
    if asked is None:
        return
    former = draft.money(line, "compare_at", currency)
    if former is not None and former.amount > asked.amount:
        variant.price(
            {"currency": asked.currency, "amount": asked.amount, "compare_at": former.amount}
        )
        return
    variant.price({"currency": asked.currency, "amount": asked.amount})
    if former is not None and 0 < former.amount < asked.amount:
        variant.kept["compare_at_price"] = str(former.amount)


def _add_fields(draft: Draft, line: Line, variant: VariantDraft | None) -> None:
    """Custom fields: custom_field.custom.wattage is the attribute wattage."""
    finds = draft.shop.finds
    for member, cell in line.family("field"):
        assert member.match is not None
        space, _, name = member.match["name"].rpartition(".")
        own = name if space in {"", "custom", "properties"} else f"{space}_{name}"
        code = finds.attribute(label_of(own), code=exact_code(own))
        if draft.record.product_type is None:
            draft.record.product_type = finds.product_type("spree", "Spree")
        draft.attribute(line, code, cell, member.name, variant=variant)


FORMAT = Format(
    "spree",
    "Spree CSV",
    recognised_by(
        "slug",
        "sku",
        of=("option1 name", "option1 value", "category1", "image1 src", "tax category"),
        least=2,
        without=("handle", "optiongroups"),
    ),
    SpreeReader,
)
