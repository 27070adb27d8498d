"""How a table is written: separator, quoting, comments before its header; and what tells so."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import _csv

SAMPLE = 256 * 1024  # characters
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True, slots=True)
class Dialect:
    separator: str = ","
    escape: str = ""  # "\\", or quotes inside of a cell are doubled
    is_quoted: bool = True  # else a quote is a letter like any other
    is_padded: bool = False  # blanks around cells, for people's eyes, also around quotes
    comments: int = 0  # lines before the header
    end: str = "\n"  # of a line: \r where no \n occurs
    reason: str = ""  # sentences for people

    def reader(self, lines: Iterable[str]) -> "_csv.Reader":
        if self.is_padded:
            closing = re.compile(rf'" +(?={re.escape(self.separator)}|\s*$)')
            lines = (closing.sub('"', each) for each in lines)
        return csv.reader(
            lines,
            skipinitialspace=self.is_padded,
            delimiter=self.separator,
            quoting=csv.QUOTE_MINIMAL if self.is_quoted else csv.QUOTE_NONE,
            doublequote=not self.escape,
            escapechar=self.escape or None,
            strict=True,
        )


def recognise_dialect(sample: str, *, is_whole: bool, separator: str = "") -> Dialect:
    """From the start of a file; `is_whole` when that is all of it. `separator` is known already."""
    end = "\r" if "\r" in sample and "\n" not in sample else "\n"
    lines = sample.split(end)
    if not is_whole and len(lines) > 1:
        lines.pop()
    declared, comments = _declared_separator(lines[0])
    said = separator or declared
    comments += _comments(lines[comments:])
    body = [line + end for line in lines[comments:]]
    if body and not body[-1].strip():
        body.pop()
    # The first of the best: commas before others, doubled quotes before backslashes.
    candidates = [replace(each, end=end) for each in _candidates(sample, said)]
    scores = [_score(body, candidate) for candidate in candidates]
    best = max(range(len(scores)), key=scores.__getitem__)
    found = candidates[best]
    reasons = [_reason(scores[best], found.separator, is_said=bool(said) and said == declared)]
    if found.escape:
        reasons.append("quotes inside of cells follow a backslash")
    if found.is_padded:
        reasons.append("blanks around its cells are no part of them")
    if not found.is_quoted:
        reasons.append("its cells are not quoted")
    if comments:
        reasons.append(f"{comments} lines before the header are no part of the table")
    return replace(found, comments=comments, reason="; ".join(reasons))


def _candidates(sample: str, said: str) -> list[Dialect]:
    separators = [said] if said else list(SEPARATORS)
    found = [Dialect(separator) for separator in separators]
    if "\\" in sample:
        found += [Dialect(separator, "\\") for separator in separators]
    padded = re.compile("[^,;|\t] {2,}([,;|\t])").search(sample)
    if padded and padded[1] in separators:
        found.append(Dialect(padded[1], is_padded=True))
    if '"' in sample:
        found += [Dialect(each, is_quoted=False) for each in separators if each in "\t|"]
    return found


@dataclass(frozen=True, slots=True, order=True)
class _Score:
    is_table: bool  # more than one column
    fit: float  # share of rows that are as wide as the header
    rows: int
    width: int


def _score(lines: Sequence[str], dialect: Dialect) -> _Score:
    rows = dialect.reader(lines)
    widths: list[int] = []
    broken = 0
    try:
        widths += (len(row) for row in rows if row)
    except csv.Error:
        # At the end of a sample a cell may be cut; before it something is wrong.
        broken = 0 if rows.line_num >= len(lines) else len(lines) - rows.line_num + 1
    if not widths:
        return _Score(is_table=False, fit=0.0, rows=0, width=0)
    header, body = widths[0], widths[1:]
    fitting = sum(width == header for width in body)
    fit = fitting / (len(body) + broken) if body or broken else 1.0
    return _Score(header > 1, round(fit, 2), fitting, header)


def _reason(score: _Score, separator: str, *, is_said: bool) -> str:
    name = SEPARATORS.get(separator, repr(separator))
    if is_said:
        return f"its first line says {name}"
    if not score.is_table:
        return "no separator divides its header: one column"
    return f"{name} divide its header into {score.width} cells, and {score.fit:.0%} of the rows"


def _declared_separator(first: str) -> tuple[str, int]:
    """Excel's own line above a table: sep=;"""
    line = first.strip().strip('"')
    if line.lower().startswith("sep=") and line[4:] in SEPARATORS:
        return line[4:], 1
    return "", 0


def _comments(lines: Sequence[str]) -> int:
    """Lines that start with # and a blank, such as those of Meta's template."""
    count = 0
    while count < len(lines) - 1 and lines[count].lstrip('"').startswith(("# ", "##")):
        count += 1
    return count
