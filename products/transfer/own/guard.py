"""Cells that a spreadsheet would take for formulas, and back: exactly.

A cell that begins with = + - @, a tab or a line break gets an apostrophe before it, and so does one
that has apostrophes before such a character. Numbers stay numbers. Reading takes one apostrophe
away again, where it stands before such a character: 't Hooft keeps its own.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def guarded(cell: str) -> str:
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
