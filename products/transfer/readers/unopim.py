"""UnoPim's product files: a line per product, channel and locale; variants below their parents."""

from collections.abc import Mapping, Sequence

from products.transfer.readers import cells
from products.transfer.readers.axes import axes_of
from products.transfer.readers.drafts import Draft, VariantDraft
from products.transfer.readers.finds import (
    code_of,
    exact_code,
    exact_option,
    label_of,
)
from products.transfer.readers.sheets import Layout, Line, family, spelled
from products.transfer.readers.shop import recognised_by
from products.transfer.readers.unopim_structure import read_attributes, read_categories
from products.transfer.readers.views import ViewedReader, add_plain
from products.transfer.records import ProductRecord
from products.transfer.sources import Format

KEPT = ("short_description", "meta_keywords")
LAYOUT = Layout(
    label="UnoPim CSV",
    fields={
        **spelled("channel", "locale", "sku", "status", "type", "parent", "categories", "name"),
        **spelled("description", "meta_title", "meta_description", "url_key", "weight", "images"),
        **spelled("configurable_attributes", "variant_structure", *KEPT),
        "kind": ("attribute family",),
        "related": ("related products",),
        "cross_sells": ("cross sells",),
        "up_sells": ("up sells",),
    },
    families={
        "price": family(r"price\s*\((?P<currency>[a-z]{3})\)"),
        "cost": family(r"cost\s*\((?P<currency>[a-z]{3})\)"),
    },
    left_out=frozenset({"variant structure"}),
    required=("sku", "type"),
    means={"title": "name", "handle": "url_key"},
    keeps_unknown=True,
)
TEXTS = {
    "name": "name",
    "description": "description",
    "url_key": "slug",
    "meta_title": "seo_title",
    "meta_description": "seo_description",
}
LINKS = (
    ("related", "related", "Related products"),
    ("cross_sells", "cross-sell", "Cross-sell"),
    ("up_sells", "up-sell", "Up-sell"),
)


class UnoPimReader(ViewedReader):
    system = "unopim"
    layout = LAYOUT
    numbers = ("price", "cost", "weight")

    def prepare(self) -> None:
        super().prepare()
        self._paths = read_categories(self.bundle, self.finds)
        self._files = read_attributes(self.bundle, self.finds)

    def key(self, line: Line) -> str:
        sku = line.cell("sku")
        if parent := line.cell("parent"):
            self.store.same(sku, parent)
        return sku

    # -- products ---------------------------------------------------------------------------------

    def build(self, lines: list[Line]) -> ProductRecord:
        sku = self.store.owner(lines[0].cell("sku"))
        if lines[0].cell("parent") and sku not in {line.cell("sku") for line in lines}:
            return self._more_variants(lines, sku)
        first, others = self.split(lines, sku)
        draft = Draft(
            self.shop, [first, *(line for line in lines if line is not first)], self.columns
        )
        draft.named(sku)
        self.warn_of_repeated(draft)
        self._add_product(draft, first)
        self.translate(draft, others, TEXTS)
        below = self.children(lines, sku)
        sold = {own: line for own, line in below.items() if line.cell("type") != "variant_group"}
        if sold:
            self._add_variants(draft, first, below, sold)
        elif first.cell("type").casefold() != "configurable":
            self._add_variant(draft, first)
        self._add_attributes(draft, first, None, {})
        for line in others:
            self._add_attributes(draft, line, None, {}, only_localized=True)
        for key, code, name in LINKS:
            for named in cells.parts(first.cell(key), ","):
                kind = self.finds.relation_kind(code, name)
                draft.relate(first, kind, named, external_id=(self.system, self.store.owner(named)))
        return draft.finish()

    def _more_variants(self, lines: list[Line], parent: str) -> ProductRecord:
        """Of a product that another file brought: it is found by its external id."""
        draft = Draft(self.shop, lines, self.columns)
        draft.named(parent)
        draft.external_id(parent)
        below = self.children(lines, parent)
        said = {sku: self._said(line, below) for sku, line in below.items()}
        shared = set.intersection(*(set(own) for own in said.values()))
        names = [each.name for each in self.columns.family("other") if each.name in shared]
        self._fill_variants(draft, names[:3], said, below, {})
        return draft.finish()

    def _add_product(self, draft: Draft, line: Line) -> None:
        add_plain(draft, line, KEPT)
        if name := line.cell("kind"):
            draft.record.product_type = self.finds.product_type(code_of(name), label_of(name))
        paths = [
            self._paths.get(code) or (code,)
            for code in cells.parts(line.cell("categories"), ",")
            if code != "root"
        ]
        if paths:
            draft.record.category, *draft.record.categories = dict.fromkeys(paths)
        for address in cells.parts(line.cell("images"), ","):
            draft.picture(line, address, "images")

    def _add_variants(
        self, draft: Draft, first: Line, below: Mapping[str, Line], sold: Mapping[str, Line]
    ) -> None:
        said = {sku: self._said(line, below) for sku, line in sold.items()}
        axes = cells.parts(first.cell("configurable_attributes"), ",")
        if not axes:
            names = [member.name for member in self.columns.family("other")]
            axes = axes_of(list(said.values()), names)
        common = {member.name: cell for member, cell in first.family("other")}
        self._fill_variants(draft, axes, said, sold, common)

    def _fill_variants(
        self,
        draft: Draft,
        axes: Sequence[str],
        said: Mapping[str, Mapping[str, str]],
        sold: Mapping[str, Line],
        common: Mapping[str, str],
    ) -> None:
        self._name_options(draft, axes, said, sold)
        for variant in draft.variants:
            own = said[variant.line.cell("sku")]
            draft.external_id(variant.line.cell("sku"), variant)
            self._add_attributes(draft, variant.line, variant, common, own)
            if variant.line.cell("status").casefold() in {"false", "0"}:
                variant.values["status"] = "draft"

    def _said(self, line: Line, below: Mapping[str, Line]) -> dict[str, str]:
        """What a variant says, and the groups between it and its product."""
        chain = [line]
        while (above := below.get(chain[-1].cell("parent"))) is not None and above not in chain:
            chain.append(above)
        found: dict[str, str] = {}
        for each in reversed(chain):
            found |= {member.name: cell for member, cell in each.family("other")}
        return found

    def _name_options(
        self,
        draft: Draft,
        axes: Sequence[str],
        said: Mapping[str, Mapping[str, str]],
        sold: Mapping[str, Line],
    ) -> None:
        for sku, line in sold.items():
            variant = self._add_variant(draft, line)
            for code in axes:
                if value := said[sku].get(code):
                    found = self.finds.attributes.get(exact_code(code))
                    option = found.options.get(exact_option(value)) if found else None
                    name = found.fields["name"] if found else label_of(code)
                    label = option["label"] if option else value
                    draft.option(variant, name, label, column=code)
        names = dict.fromkeys(
            name for each in draft.variants for name in each.values.get("options", {})
        )
        if names:
            draft.values["option_names"] = list(names)

    def _add_variant(self, draft: Draft, line: Line) -> VariantDraft:
        variant = draft.variant(line)
        draft.sku(variant)
        for member, cell in line.family("price"):
            assert member.match is not None
            currency = member.match["currency"].upper()
            if asked := draft.money_of(line, cell, currency, column=member.name):
                variant.price({"currency": asked.currency, "amount": asked.amount})
        for member, cell in line.family("cost"):
            assert member.match is not None
            currency = member.match["currency"].upper()
            if paid := draft.money_of(line, cell, currency, column=member.name):
                variant.record.costs[paid.currency] = paid.amount
        draft.weight(variant, "weight")
        return variant

    def _add_attributes(
        self,
        draft: Draft,
        line: Line,
        variant: VariantDraft | None,
        common: Mapping[str, str],
        said: Mapping[str, str] | None = None,
        *,
        only_localized: bool = False,
    ) -> None:
        own = {member.name: cell for member, cell in line.family("other")} if said is None else said
        for name, cell in own.items():
            if common.get(name) == cell:
                continue
            if name in self._files:
                draft.picture(line, cell, variant=variant, column=name)
                continue
            code = self.finds.attribute(label_of(name), code=exact_code(name))
            fields = self.finds.attributes[code].fields
            if only_localized and not fields.get("is_localizable"):
                continue
            if draft.record.product_type is None:
                draft.record.product_type = self.finds.product_type("unopim", "UnoPim")
            given, channel = line.cell("locale"), line.cell("channel")
            draft.attribute(
                line,
                code,
                cell,
                name,
                variant=variant,
                locale=self.finds.locale(given) if fields.get("is_localizable") else None,
                channel=self.finds.channel(code_of(channel), channel, "")
                if fields.get("is_per_channel") and channel
                else None,
            )


FORMAT = Format(
    "unopim",
    "UnoPim CSV",
    recognised_by(
        "sku",
        "type",
        "attribute family",
        of=("locale", "channel", "configurable attributes", "url key", "parent", "categories"),
    ),
    UnoPimReader,
)
