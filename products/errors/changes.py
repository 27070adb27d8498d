"""Rules of the change log: what can still be read, and what can be turned back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

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


class VersionForgotten(DomainError):
    """What the product was then is no longer in the change log, which goes back CHANGES_DAYS."""

    status = 410
    code = "version-forgotten"
    title = "The change log does not go back that far"

    def __init__(self) -> None:
        super().__init__("Ask for a later version or instant: …/history lists those that are kept.")


class TooManyExports(DomainError):
    """As many exports and callers who wait for changes as a web process serves at a time
    (LONG_ANSWERS)."""

    status = 503
    code = "too-many-exports"
    title = "Too many long answers at a time"
    remedy = "Repeat the request after the seconds in the Retry-After header."

    def __init__(self) -> None:
        super().__init__("Repeat the request after the seconds in the Retry-After header.")


class RevertClashes(DomainError):
    """What the product was cannot be again: `clashes` names each place of the record that somebody
    else has taken meanwhile, or that refers to what is gone."""

    code = "revert-clashes"
    title = "The catalog has moved on"
    remedy = (
        "Change what is named, here or there, and try again; or take over by hand what you need."
    )

    def __init__(self, clashes: Sequence[Mapping[str, object]]) -> None:
        told = " ".join(str(clash["detail"]) for clash in clashes[:5])
        more = f" And {len(clashes) - 5} more." if len(clashes) > 5 else ""
        super().__init__(f"{told}{more}")
        self.clashes = list(clashes)

    def members(self) -> dict[str, object]:
        return {"clashes": self.clashes}


class ChangedSince(DomainError):
    """Products of the request or import that is to be undone have been changed since: `products`
    names them."""

    code = "changed-since"
    title = "Some products have been changed since"
    remedy = "Look at them; to undo the others, send the request with skip_changed."

    def __init__(self, keys: Sequence[UUID]) -> None:
        super().__init__(
            f"{len(keys)} of the products have been changed since. Send skip_changed to leave them "
            "as they are and undo the others."
        )
        self.keys = keys

    def members(self) -> dict[str, object]:
        return {"products": [str(key) for key in self.keys[:100]]}
