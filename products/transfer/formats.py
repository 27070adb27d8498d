"""The formats that are read, and which of them a file has."""

from collections.abc import Mapping
from typing import Any

from products.transfer.mappings import parse_mapping
from products.transfer.readers import feeds, mapped, own_ndjson, own_table, shopify
from products.transfer.readers.entries import FileOptions, open_entries
from products.transfer.readers.shops import SHOPS
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Bundle, Evidence, Format

# A format is a module of `readers` and a line here. Where two are equally certain the user chooses.
OWN = (own_ndjson.FORMAT, own_table.FORMAT)
OTHERS = (feeds.GOOGLE_FORMAT, feeds.META_FORMAT, mapped.FORMAT)
FORMATS: Mapping[str, Format] = {
    each.code: each for each in (*OWN, shopify.FORMAT, *SHOPS, *OTHERS)
}
DOUBT = 10  # two formats whose certainties are nearer than this are not told apart
FORCE = "Say which it is (--format), or describe its columns in a mapping file (--mapping)."


def recognise(bundle: Bundle) -> list[tuple[Format, Evidence]]:
    """The formats that the file may have, the most certain first."""
    judged = ((each, each.recognise(bundle)) for each in FORMATS.values())
    found = [(each, evidence) for each, evidence in judged if evidence is not None]
    return sorted(found, key=lambda pair: -pair[1].certainty)


def choose(
    bundle: Bundle, code: str | None = None, mapping: Mapping[str, Any] | None = None
) -> tuple[Format, Evidence]:
    """The format that is named, or else the one that the file has; a mapping is one of its own.

    Raises FileRefused when it has none, or may have several: the candidates are listed.
    """
    if mapping is not None:
        parse_mapping(mapping)
        if code not in {None, mapped.FORMAT.code}:
            said = f"The format {code!r} knows its columns."
            _refuse("mapping-unused", said, "Give either a mapping or the format.")
        return mapped.FORMAT, Evidence(100, "A mapping was given.")
    if code is not None:
        if code not in FORMATS:
            known = ", ".join(FORMATS)
            _refuse("unknown-format", f"There is no format {code!r}.", f"Use one of {known}.")
        return FORMATS[code], Evidence(100, "The format was named.")
    candidates = recognise(bundle)
    if not candidates:
        names = ", ".join(_names(bundle))[:200]
        said = f"{bundle.main.name} is of no format that is recognised."
        _refuse("unknown-format", f"{said} It has: {names}." if names else said, FORCE)
    best, evidence = candidates[0]
    rivals = [each for each in candidates if each[1].certainty > evidence.certainty - DOUBT]
    if len(rivals) > 1:
        listed = "; ".join(f"{each.code}: {why.reason}" for each, why in rivals)
        _refuse("format-unclear", f"{bundle.main.name} may be one of these. {listed}", FORCE)
    return best, evidence


def _names(bundle: Bundle) -> list[str]:
    """Those of its columns, or of its first item. Raises FileRefused when it cannot be read."""
    entries = open_entries(bundle.main, FileOptions())
    first = next(entries.read(), []) if not entries.names else []
    return [*entries.names, *(name for entry in first for name in entry.cells)]


def _refuse(code: str, message: str, remedy: str) -> None:
    raise FileRefused(Remark(code, 0, message, remedy))
