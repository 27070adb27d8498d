"""Which entries a caller may find: fragments for statements that read `products_searchentry`."""


def scope_query(view: int, *, visible_only: bool) -> str:
    """The lexemes of this view, as a tsquery: see `entries`."""
    return f"'~{view:d}p'" if visible_only else f"('~{view:d}p' | '~{view:d}o')"


def in_time(*, visible_only: bool, entry: str = "entry") -> str:
    """Beside the lexemes: whether shoppers see it at this instant."""
    if not visible_only:
        return "true"
    return f"({entry}.visible_from <= now() AND {entry}.visible_until > now())"


def quoted(lexeme: str) -> str:
    """A lexeme as it stands in a tsquery, whatever is in it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
