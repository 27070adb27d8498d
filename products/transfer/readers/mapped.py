"""Any file through a mapping: entries -> groups of lines -> records."""

from collections.abc import Iterator

from products.services.values import (
    AssignmentValues,
    AttributeFields,
    LocaleValues,
    ProductTypeValues,
)
from products.transfer.mapping_fields import IDENTITIES, Target
from products.transfer.mappings import FileMapping, nearest, parse_mapping, refuse
from products.transfer.readers.entries import Entries, Entry, open_entries
from products.transfer.readers.groups import Groups
from products.transfer.readers.mapped_products import build_product, columns_of
from products.transfer.records import (
    Definitions,
    FileRefused,
    ProductRecord,
    Remark,
    Survey,
)
from products.transfer.sources import Bundle, Evidence, Format, ReadOptions

MAX_LINES = 5_000  # of one product
MAX_NAMES = 10_000  # that are remembered, where each item has its own


class MappedReader:
    def __init__(self, entries: Entries, mapping: FileMapping, options: ReadOptions) -> None:
        self._entries = entries
        self._mapping = mapping
        self._options = options
        self._columns = columns_of(mapping)
        self._groups = Groups(entries.read, self._key_of)

    def _key_of(self, entry: Entry) -> str:
        cell = entry.cells.get(self._mapping.group_by, "") if self._mapping.group_by else ""
        return cell.strip() if isinstance(cell, str) else "\0".join(cell)

    def survey(self) -> Survey:
        """Raises FileRefused."""
        self._ensure_columns()
        rows = 0
        names: set[str] = set(self._entries.names)
        for group in self._groups.look():
            rows += len(group)
            if not self._entries.names and len(names) < MAX_NAMES:
                names.update(name for entry in group for name in entry.cells)
        if not rows:
            raise FileRefused(
                Remark("no-rows", 1, "There is no product in it.", "Export it again.")
            )
        mapped = {each.column for each in self._mapping.targets} | {self._mapping.group_by, ""}
        return Survey(
            rows,
            self._groups.count,
            (*self._never_seen(names), *self._unfindable()),
            counts_stock=any(
                each.field == "quantity" and not each.location for each in self._mapping.targets
            ),
            columns_left_out=tuple(sorted(names - mapped)),
            definitions=_definitions(self._mapping),
        )

    def records(self) -> Iterator[ProductRecord | Remark]:
        """Call survey() first."""
        for group in self._groups.whole():
            yield self._record(group)

    def _record(self, group: list[Entry]) -> ProductRecord | Remark:
        if len(group) > MAX_LINES:
            message = f"More than {MAX_LINES:,} lines are one product."
            return Remark("too-many-lines", group[0].line, message, "Check group_by.")
        return build_product(group, self._mapping, self._options, self._columns)

    def _ensure_columns(self) -> None:
        """Raises FileRefused for a column of the mapping that the table does not have."""
        names = self._entries.names
        if not names:
            return
        asked = [each.column for each in self._mapping.targets if each.column]
        for column in [*asked, *filter(None, [self._mapping.group_by])]:
            if column not in names:
                refuse(
                    f"columns.{column}",
                    f"The file has no column {column!r}.",
                    nearest(column, names),
                )

    def _never_seen(self, names: set[str]) -> Iterator[Remark]:
        for target in self._mapping.targets:
            if target.column and target.column not in names:
                message = f"No item has {target.column!r}."
                yield Remark("column-missing", 0, message, "Check its spelling.", target.column)

    def _unfindable(self) -> Iterator[Remark]:
        if not any(each.field in IDENTITIES for each in self._mapping.targets):
            message = "Nothing finds a product again: importing twice makes each twice."
            yield Remark("no-identity", 0, message, "Map an id, a SKU or a slug.")


def _definitions(mapping: FileMapping) -> Definitions:
    attributes = {
        each.code: _attribute(each) for each in mapping.targets if each.field == "attribute"
    }
    found = Definitions(
        attributes=list(attributes.values()),
        locales=[
            LocaleValues(code=code, name=code)
            for code in dict.fromkeys(each.locale for each in mapping.targets if each.locale)
        ],
        locations={each.location: each.location for each in mapping.targets if each.location},
    )
    if mapping.product_type:
        slug = mapping.product_type["slug"]
        assigned = {
            each.code: AssignmentValues(code=each.code, is_variant=each.is_of_variant)
            for each in mapping.targets
            if each.field == "attribute"
        }
        found.product_types.append(
            ProductTypeValues(
                slug=slug,
                name=mapping.product_type.get("name") or slug,
                attributes=list(assigned.values()),
            )
        )
    return found


def _attribute(target: Target) -> AttributeFields:
    fields = AttributeFields(
        code=target.code, name=target.name or target.column or target.code, type=target.type
    )
    if target.dimension:
        fields["dimension"] = target.dimension
    if target.locale:
        fields["is_localizable"] = True
    if target.channel:
        fields["is_per_channel"] = True
    return fields


def _recognise(_: Bundle) -> Evidence | None:
    """Never: only whoever gives a mapping means it."""
    return None


def _open(bundle: Bundle, options: ReadOptions) -> MappedReader:
    if options.mapping is None:
        remedy = "Give one (--mapping); draft_mapping writes a first one."
        raise FileRefused(Remark("no-mapping", 0, "This needs a mapping file.", remedy))
    mapping = parse_mapping(options.mapping)
    return MappedReader(open_entries(bundle.main, mapping.file), mapping, options)


FORMAT = Format("mapping", "CSV, XLSX, JSON, YAML or XML through a mapping", _recognise, _open)
