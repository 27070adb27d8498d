"""The formats that are read, and which of them a file has."""

from collections.abc import Mapping

from products.transfer.readers import own_ndjson, own_table, shopify
from products.transfer.readers.shops import SHOPS
from products.transfer.readers.tables import open_table
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Bundle, Evidence, Format

# A format is a module of `readers` and a line here. Where two are equally certain the user chooses.
FORMATS: Mapping[str, Format] = {
    each.code: each for each in (own_ndjson.FORMAT, own_table.FORMAT, shopify.FORMAT, *SHOPS)
}
DOUBT = 10  # two formats whose certainties are nearer than this are not told apart
FORCE = "Say which it is (--format), or describe its columns in a mapping file (--mapping)."


def recognise(bundle: Bundle) -> list[tuple[Format, Evidence]]:
    """The formats that the file may have, the most certain first."""
    judged = ((each, each.recognise(bundle)) for each in FORMATS.values())
    found = [(each, evidence) for each, evidence in judged if evidence is not None]
    return sorted(found, key=lambda pair: -pair[1].certainty)


def choose(bundle: Bundle, code: str | None = None) -> tuple[Format, Evidence]:
    """The format that is named, or else the one that the file has.

    Raises FileRefused when it has none, or may have several: the candidates are listed.
    """
    if code is not None:
        if code not in FORMATS:
            known = ", ".join(FORMATS)
            _refuse("unknown-format", f"There is no format {code!r}.", f"Use one of {known}.")
        return FORMATS[code], Evidence(100, "The format was named.")
    candidates = recognise(bundle)
    if not candidates:
        name = bundle.main.name
        with bundle.main.open() as stream:
            is_table = stream.read(1) not in {b"<", b"{", b"["}
        names = open_table(bundle.main).names if is_table else []
        said = f" Its columns: {', '.join(names)[:200]}." if names else ""
        _refuse("unknown-format", f"{name} is of no format that is recognised.{said}", FORCE)
    best, evidence = candidates[0]
    rivals = [each for each in candidates if each[1].certainty > evidence.certainty - DOUBT]
    if len(rivals) > 1:
        listed = "; ".join(f"{each.code}: {why.reason}" for each, why in rivals)
        _refuse("format-unclear", f"{bundle.main.name} may be one of these. {listed}", FORCE)
    return best, evidence


def _refuse(code: str, message: str, remedy: str) -> None:
    raise FileRefused(Remark(code, 0, message, remedy))
