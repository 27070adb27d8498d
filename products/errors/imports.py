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


class ImportFileRefused(DomainError):
    """The file cannot be read, or what it is cannot be told. Nothing is kept of it. `reason` says
    why, for programs."""

    status = 400
    code = "import-file-refused"
    title = "The file cannot be imported"

    def __init__(self, reason: str, message: str, *, remedy: str, line: int, column: str) -> None:
        super().__init__(" ".join(filter(None, (message, remedy))))
        self.reason, self.line, self.column = reason, line, column

    def members(self) -> dict[str, object]:
        return {"reason": self.reason, "line": self.line, "column": self.column}


class NoRefusedLines(DomainError):
    """A file of what was refused is there once something was, and only of lines or rows."""

    status = 404
    code = "no-refused-lines"
    title = "There are no refused lines to download"
