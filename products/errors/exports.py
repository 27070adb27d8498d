"""Rules of exports and feeds."""

from catalog_project.errors import DomainError


class ExportTooLarge(DomainError):
    """More products than an answer streams: they are for a job."""

    code = "export-too-large"
    title = "This is too much for one answer"
    remedy = "Send the same as POST /api/v1/exports, and fetch the file when it is done."

    def __init__(self, *, products: int, most: int) -> None:
        super().__init__(
            f"There are {products:,} products, and an answer has at most {most:,}: ask for a file "
            "with POST /api/v1/exports, or narrow the filters."
        )


class ExportNotReady(DomainError):
    """The file is not made yet, or could not be made: `state` and `error` of the export say so."""

    status = 404
    code = "export-not-ready"
    title = "There is no file yet"


class TooManyFiles(DomainError):
    """As many exports, or feeds, as there may be at a time."""

    code = "too-many-files"
    title = "There are too many of them"


class NotForSpreadsheets(DomainError):
    """More than a sheet or one of its cells can hold."""

    code = "not-for-spreadsheets"
    title = "No spreadsheet can hold this"
    remedy = "Use the format csv, zip or ndjson, or narrow the filters."

    def __init__(self, detail: str) -> None:
        super().__init__(f"{detail} Use the format csv, zip or ndjson, or narrow the filters.")


class AddressTaken(DomainError):
    """Another feed has this address."""

    code = "address-taken"
    title = "This address is in use"

    def __init__(self) -> None:
        super().__init__("Choose another address for the feed.", pointer="/address")
