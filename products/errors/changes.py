"""Rules of the change log: what can still be read, and what can be turned back."""

from catalog_project.errors import DomainError


class ChangesForgotten(DomainError):
    """The feed no longer has every change after this cursor: older ones are forgotten after
    CHANGES_DAYS, and a restored database has another feed."""

    status = 410
    code = "changes-forgotten"
    title = "The feed does not go back that far"
    remedy = "Start over: read the export, and go on from the cursor in its last line."

    def __init__(self) -> None:
        super().__init__(
            "Start over: read /api/v1/products/export, and go on from the cursor in its last line."
        )


class TooManyExports(DomainError):
    """As many exports and callers who wait for changes as a web process serves at a time
    (LONG_ANSWERS)."""

    status = 503
    code = "too-many-exports"
    title = "Too many long answers at a time"
    remedy = "Repeat the request after the seconds in the Retry-After header."

    def __init__(self) -> None:
        super().__init__("Repeat the request after the seconds in the Retry-After header.")
