"""A first mapping for a file that nobody has described, with a remark for each guess."""

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import Any

from products.transfer.formats import recognise
from products.transfer.guesses import GUESSES, Column, Guess, kept
from products.transfer.mapping_fields import IDENTITIES
from products.transfer.mappings import VERSION
from products.transfer.readers.entries import Cell, Entry, FileOptions, open_entries
from products.transfer.readers.synonyms import field_of, normal
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Bundle, Source

SAMPLE = 500  # products that are looked at
# What lists of variants are called in JSON and XML.
VARIANTS = {"variants", "variations", "variation", "skus", "children", "offers"}
NO_IDENTITY = (
    "Nothing finds a product again: importing twice would make each twice. Map an id, a SKU or a"
    ' slug; {"field": "slug", "slugify": true} makes one from the name.'
)
# Fields that several columns may say; any other is said by one.
MANY = {"image", "tags", "metadata", ""}


def draft_mapping(bundle: Bundle) -> dict[str, Any]:
    """A mapping file as JSON. Raises FileRefused when the file cannot be read."""
    source = bundle.main
    options = FileOptions(variants=_variants_path(source))
    entries = open_entries(source, options)
    groups = list(islice(entries.read(), SAMPLE))
    if not groups:
        raise FileRefused(Remark("no-rows", 1, "There is no product in it.", "Export it again."))
    columns = _columns(groups, entries.names, options.variants)
    draft = _Draft(columns, system=_system(source.name))
    mapping: dict[str, Any] = {"version": VERSION}
    remarks = [
        f"It is imported without a mapping too: {each.label}. {why.reason}"
        for each, why in recognise(bundle)[:1]
    ]
    remarks += [entries.evidence, f"Drafted from {len(groups):,} of its products or lines."]
    if options.variants:
        mapping["file"] = {"variants": options.variants}
        remarks.append(f"The items of {options.variants} are taken for variants.")
    group_by = "" if options.variants else draft.group_by()
    if group_by:
        mapping["group_by"] = group_by
        remarks.append(f"Lines with the same {group_by!r} are taken for variants of one product.")
    mapping["columns"] = draft.columns(is_grouped=bool(group_by or options.variants))
    found = {each["field"] for each in mapping["columns"].values() if each}
    missing = [each for each in ("name", "price") if each not in found]
    remarks += [f"No column was recognised as {each}." for each in missing]
    if not found & IDENTITIES:
        remarks.append(NO_IDENTITY)
    return {**mapping, "remarks": remarks}


def _system(name: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", PurePosixPath(name).stem.lower()).strip("-")[:50] or "file"


def _variants_path(source: Source) -> str:
    """The name of the list of variants in items, if some have one."""
    if (entries := open_entries(source, FileOptions())).kind == "table":
        return ""
    groups = islice(entries.read(), SAMPLE)
    for name in dict.fromkeys(name for group in groups for each in group for name in each.cells):
        parts = name.split(".")
        at = [n for n, part in enumerate(parts[:-1]) if normal(part) in VARIANTS]
        if at:
            return ".".join(parts[: at[-1] + 1])
    return ""


def _columns(groups: Sequence[list[Entry]], names: Sequence[str], path: str) -> list[Column]:
    cells: dict[str, list[Cell]] = {name: [] for name in names if name}
    for group in groups:
        for entry in group:
            for name, cell in entry.cells.items():
                if name and (cell if isinstance(cell, list) else cell.strip()):
                    cells.setdefault(name, []).append(cell)
    return [
        Column(
            name,
            found,
            len(found) / max(1, sum(map(len, groups))),
            field_of(name)[1],
            bool(path) and name.startswith(f"{path}."),
        )
        for name, found in cells.items()
    ]


class _Draft:
    def __init__(self, columns: Sequence[Column], *, system: str) -> None:
        self._columns = columns
        self._system = system
        self._fields = {each.name: field_of(each.name)[0] for each in columns}

    def group_by(self) -> str:
        """A column that is called so, and whose cells come several times."""
        for column in self._columns:
            texts = column.texts
            if self._fields[column.name] == "group" and len(set(texts)) < len(texts):
                return column.name
        return ""

    def columns(self, *, is_grouped: bool) -> dict[str, Any]:
        guesses = {each.name: self._guess(each, is_grouped=is_grouped) for each in self._columns}
        taken: dict[tuple[str, str], str] = {}
        # Those of variants first; then what fits best, is mostly filled and plainly named.
        order = sorted(
            self._columns,
            key=lambda each: (
                not each.is_of_variant,
                -guesses[each.name].certainty,
                -round(each.filled, 1),
                each.rank,
            ),
        )
        for column in order:
            guess = guesses[column.name]
            name = guess.target.get("field", "")
            key = (name, guess.target.get("currency", guess.target.get("name", "")))
            is_one = name not in MANY
            if is_one and key in taken:
                said = f"{taken[key]!r} is taken for the {name}, so this is kept as it is."
                guesses[column.name] = kept(column, said)
            elif is_one:
                taken[key] = column.name
        return {
            name: {**guess.target, "remark": guess.remark} if guess.target else None
            for name, guess in guesses.items()
        }

    def _guess(self, column: Column, *, is_grouped: bool) -> Guess:
        name = self._fields[column.name]
        if not column.cells:
            return Guess({}, "")
        if name == "external_id" and not column.is_of_variant:
            said = "The header says that it is an id; it finds the product again."
            target = {"field": name, "system": self._system}
            return Guess(target, said) if column.is_distinct() else kept(column, "An id.")
        field_name, _, option = name.partition(":")
        if field_name == "option" and not is_grouped:
            return kept(column, "Without lines that belong together it chooses nothing.")
        if field_name in GUESSES:
            return GUESSES[field_name](column, field_name, option)
        return kept(column, "Its name is not known.")
