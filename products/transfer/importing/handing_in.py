"""Files that come over the network: an upload, or an address that we fetch ourselves."""

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.actors import Actor
from catalog_project.errors import pointing_at
from catalog_project.ops import outbound
from catalog_project.ops.outbound import Limits, OutboundError
from products.errors import InvalidValue, UnknownReference
from products.models import ImportJob, Locale, Location
from products.services.prices import ensure_currency
from products.transfer.drafting import draft_mapping
from products.transfer.importing.jobs import create_import
from products.transfer.importing.kept_files import forget_file
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.refused_file import as_domain_error
from products.transfer.opening import opened
from products.transfer.records import FileRefused

SECONDS = 20.0  # to fetch a file: somebody waits for the answer
REDIRECTS = 3
LONGEST_NAME = 255
Begin = Callable[[UUID], ImportJob]


def hand_in(
    stream: BinaryIO,
    *,
    file_name: str,
    reading: Reading,
    policy: Policy,
    file_format: str | None = None,
    begin: Begin | None = None,
    actor: Actor,
) -> ImportJob:
    """A new import, and what `begin` does with it at once, such as plan_import: all of it or
    nothing, and no file stays behind.

    Raises ImportFileRefused, InvalidValue, UnknownReference, StorageFailed.
    """
    ensure_known(reading, policy)
    job: ImportJob | None = None
    try:
        with transaction.atomic():
            job = create_import(
                stream,
                file_name=file_name,
                reading=reading,
                policy=policy,
                file_format=file_format,
                actor=actor,
            )
            return begin(job.pk) if begin else job
    except FileRefused as refused:
        raise as_domain_error(refused) from refused
    except BaseException:
        if job is not None:
            forget_file(job.pk)
        raise


def hand_in_url(url: str, **facts: Any) -> ImportJob:
    """The same with a file that lies at a public address; also raises what `fetched` raises."""
    ensure_known(facts["reading"], facts["policy"])
    stream, name = fetched(url)
    return hand_in(stream, file_name=name, **facts)


def fetched(url: str) -> tuple[BinaryIO, str]:
    """What lies at a public address, UPLOAD_MAX_BYTES at most, and what it is called there.

    Raises InvalidValue where it cannot be fetched.
    """
    limits = Limits(most_bytes=settings.UPLOAD_MAX_BYTES, seconds=SECONDS, redirects=REDIRECTS)
    with pointing_at("/url"):
        try:
            answer = outbound.get(url, limits=limits)
        except OutboundError as error:
            raise InvalidValue(f"It cannot be fetched. {error}") from None
        if answer.status != 200:
            raise InvalidValue(f"It cannot be fetched. The server answered {answer.status}.")
    return BytesIO(answer.body), _name_of(answer.url)


def drafted_mapping(stream: BinaryIO, file_name: str) -> dict[str, Any]:
    """What the columns of a file of no known format may mean. Raises ImportFileRefused."""
    stream.seek(0)
    with NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        shutil.copyfileobj(stream, file)
        file.flush()
        try:
            with opened(Path(file.name), name=file_name) as bundle:
                return draft_mapping(bundle)
        except FileRefused as refused:
            raise as_domain_error(refused) from refused
        finally:
            stream.seek(0)


def ensure_known(reading: Reading, policy: Policy) -> None:
    """Raises InvalidValue, UnknownReference."""
    with pointing_at("/currency"):
        ensure_currency(reading.currency)
    if reading.locale and not Locale.objects.filter(code=reading.locale).exists():
        raise UnknownReference("locale", reading.locale, pointer="/locale")
    if policy.location and not Location.objects.filter(code=policy.location).exists():
        raise UnknownReference("location", policy.location, pointer="/location")


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    name = PurePosixPath(unquote(parts.path)).name.replace("\0", "")
    return (name or parts.hostname or "file")[:LONGEST_NAME]
