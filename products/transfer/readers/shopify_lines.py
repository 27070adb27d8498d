"""One line of a Shopify file, asked for by our names of its columns."""

from collections.abc import Callable
from typing import TypeVar

from products.transfer.readers.cells import CellRefused
from products.transfer.readers.shopify_columns import Columns
from products.transfer.readers.tables import Row
from products.transfer.records import RecordRefused, Remark

Value = TypeVar("Value")
KEPT = "shopify"  # the key in metadata under which other columns are kept


class Line:
    """One row, asked for by our names."""

    def __init__(self, row: Row, columns: Columns, handle: str) -> None:
        self.row = row
        self._columns = columns
        self._handle = handle

    @property
    def number(self) -> int:
        return self.row.line

    def cell(self, key: str) -> str:
        index = self._columns.mapped.get(key)
        return self.row.cells[index].strip() if index is not None else ""

    def raw(self, key: str) -> str:
        index = self._columns.mapped.get(key)
        return self.row.cells[index] if index is not None else ""

    def has(self, key: str) -> bool:
        return key in self._columns.mapped

    def extras(self, places: dict[str, int]) -> dict[str, str]:
        found = {key: self.row.cells[index].strip() for key, index in places.items()}
        return {key: value for key, value in found.items() if value}

    def read(self, key: str, parse: Callable[..., Value], *arguments: str) -> Value:
        """Raises RecordRefused that names line and column."""
        try:
            return parse(*arguments)
        except CellRefused as error:
            raise self.refused(error.code, error.message, error.remedy, key) from error

    def remark(self, code: str, message: str, remedy: str, key: str) -> Remark:
        column = self._columns.name(key)
        return Remark(code, self.number, message, remedy, column, self._handle)

    def refused(self, code: str, message: str, remedy: str, key: str) -> RecordRefused:
        return RecordRefused(self.remark(code, message, remedy, key))
