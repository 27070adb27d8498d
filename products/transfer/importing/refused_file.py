"""What an import refused, as a file to download."""

from contextlib import ExitStack
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings

from products.errors import ImportFileRefused, NoRefusedLines
from products.models import ImportJob
from products.transfer.formats import FORCE
from products.transfer.importing.refused_lines import refused_file
from products.transfer.records import FileRefused

NAME_IT = "Say which it is, or describe its columns in a mapping."  # without a command's options


def refused_download(job: ImportJob) -> tuple[str, IO[bytes]]:
    """A name for it, and the file at its start; it goes when it is closed.

    Raises NoRefusedLines, InvalidValue where the file has no lines that could stand alone, and
    ImportFileRefused where it is not kept any more.
    """
    if not job.refused_lines:
        raise NoRefusedLines
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR))
        try:
            file.writelines(refused_file(job))
        except FileRefused as refused:
            raise as_domain_error(refused) from refused
        file.seek(0)
        kind = "ndjson" if file.read(1) == b"{" else "csv"
        file.seek(0)
        stack.pop_all()
    return f"{PurePosixPath(job.file_name).stem}-refused.{kind}", file


def as_domain_error(refused: FileRefused) -> ImportFileRefused:
    """What callers of the API and staff are told."""
    remark = refused.remark
    return ImportFileRefused(
        remark.code,
        remark.message,
        remedy=NAME_IT if remark.remedy == FORCE else remark.remedy,
        line=remark.line,
        column=remark.column,
    )
