"""Rules of imports."""

from catalog_project.errors import DomainError


class ImportState(DomainError):
    """What is asked of an import fits another state than the one it is in."""

    code = "import-state"
    title = "The import is in another state"

    def __init__(self, state: str) -> None:
        super().__init__(f"The import is {state}: this cannot be done with it now.")
        self.state = state

    def members(self) -> dict[str, object]:
        return {"state": self.state}
