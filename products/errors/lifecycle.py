"""Rules of archiving and restoring."""

from collections.abc import Mapping, Sequence

from catalog_project.errors import DomainError


class RestoreClashes(DomainError):
    """Others took what the archived product had; `clashes` names each of them and who has it."""

    code = "restore-clashes"
    title = "Others have taken what the product had"

    def __init__(self, clashes: Sequence[Mapping[str, object]]) -> None:
        taken = ", ".join(f"{clash['field']} {clash['value']}" for clash in clashes[:5])
        more = f" and {len(clashes) - 5} more" if len(clashes) > 5 else ""
        super().__init__(
            f"Taken meanwhile: {taken}{more}. Change it here or there first; for the slug, the "
            "request may name another one."
        )
        self.clashes = list(clashes)

    def members(self) -> dict[str, object]:
        return {"clashes": self.clashes}
