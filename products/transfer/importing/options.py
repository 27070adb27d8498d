"""Other options for a file that was handed in and waits."""

from uuid import UUID

from django.db import transaction

from products.errors import ImportState, NotFound
from products.models import ImportJob
from products.transfer.formats import choose
from products.transfer.importing.handing_in import ensure_known
from products.transfer.importing.kept_files import open_bundle
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.refused_file import as_domain_error
from products.transfer.records import FileRefused


def set_options(job_id: UUID, *, reading: Reading, policy: Policy, file_format: str) -> ImportJob:
    """How it shall be read, and what it may do.

    Raises NotFound, ImportState once anything was done with it, ImportFileRefused, InvalidValue,
    UnknownReference.
    """
    ensure_known(reading, policy)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().filter(pk=job_id).first()
        if job is None:
            raise NotFound(f"There is no import {job_id}.")
        if job.state != ImportJob.State.UPLOADED:
            raise ImportState(job.state)
        job.options, job.policy = reading.as_json(), policy.as_json()
        try:
            with open_bundle(job) as bundle:
                found, evidence = choose(bundle, file_format, reading.mapping)
        except FileRefused as refused:
            raise as_domain_error(refused) from refused
        if found.code != job.format:
            job.format = found.code
            job.evidence = {"certainty": evidence.certainty, "reason": evidence.reason}
        job.save(update_fields=["options", "policy", "format", "evidence", "updated_at"])
    return job
