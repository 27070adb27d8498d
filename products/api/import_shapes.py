"""Imports as callers ask for them, and as they are told of."""

from typing import Any, get_args

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.fields import empty

from catalog_project.api.serializers import Choice, ServedInstant, StrictSerializer, Text
from products.api.changes import ActorResponse
from products.api.price_shapes import CurrencyText
from products.api.shapes import Flag
from products.models import ImportJob, ImportRemark
from products.models.measured import GRAMS, MILLIMETRES
from products.transfer.formats import FORMATS
from products.transfer.importing.jobs import progress_of
from products.transfer.importing.policies import Missing, Refusals, Writes
from products.transfer.reports import OUTCOMES, ImportReport

FORMAT_CODES = sorted(FORMATS)
REFUSALS, WRITES, MISSING = get_args(Refusals), get_args(Writes), get_args(Missing)
MISSING_OF = ("source", "all")
READING = ("currency", "locale", "mapping", "media_base", "weight_unit", "length_unit")
COUNTS = ("created", "changed", "unchanged", "refused", "missing", "archived", "stock_changed")
REMARK = ("kind", "line", "column", "code", "message", "remedy", "handle")
POLICY = ("refusals", "writes", "missing", "missing_of", "source", "location", "fetch_media")


@extend_schema_field({"type": "object", "additionalProperties": {}})
class MappingField(serializers.JSONField):
    """A JSON object; in a form, its text."""

    default_error_messages = {"not_object": "Give a JSON object."}

    def to_internal_value(self, data: Any) -> Any:
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            self.fail("not_object")
        return value


class FormFlag(Flag):
    """A form knows no booleans, only their words; a box that is not there says nothing."""

    default_empty_html = empty
    WORDS = {"true": True, "false": False}

    def to_internal_value(self, data: Any) -> bool:
        return super().to_internal_value(self.WORDS.get(data, data))


class ImportOptions(StrictSerializer):
    """How the file is read, and what may be done with what is in it."""

    format = Choice(
        choices=FORMAT_CODES, required=False, help_text="Left out: what the file looks like."
    )
    currency = CurrencyText(
        max_length=3, required=False, help_text="Of prices that do not say theirs: ISO 4217."
    )
    locale = Text(max_length=16, required=False, help_text="Of texts that do not say theirs.")
    mapping = MappingField(required=False, help_text="What the columns mean: see the docs.")
    media_base = Text(
        max_length=500, required=False, help_text="Address of the folder its pictures lie in."
    )
    weight_unit = Choice(
        choices=list(GRAMS), required=False, help_text="Of weights that do not say theirs."
    )
    length_unit = Choice(
        choices=list(MILLIMETRES), required=False, help_text="Of sizes that do not say theirs."
    )
    refusals = Choice(
        choices=REFUSALS,
        required=False,
        help_text="`skip` (as left out) writes the others; `all_or_nothing` writes none.",
    )
    writes = Choice(
        choices=WRITES,
        required=False,
        help_text="Whether it may `create`, `update`, or do `both` (as left out).",
    )
    missing = Choice(
        choices=MISSING,
        required=False,
        help_text="What becomes of live products that the file does not name: they are left "
        "alone (`leave`, as left out), counted or archived.",
    )
    missing_of = Choice(
        choices=MISSING_OF,
        required=False,
        help_text="Of those that the same source brought before (as left out), or of all.",
    )
    source = Text(  # type: ignore[assignment]  # a field of that name
        max_length=64, required=False, help_text="Where the file is from; left out, its format."
    )
    location = Text(
        max_length=64,
        required=False,
        help_text="The code of where quantities lie that do not say so themselves.",
    )
    fetch_media = Flag(required=False, help_text="Make copies of pictures that have an address.")
    dry_run = Flag(
        required=False,
        help_text="True, as left out: plan, and wait for `start`. False: write at once.",
    )


class ImportFromUrl(ImportOptions):
    url = serializers.URLField(
        max_length=2_000, help_text="http or https, on the public Internet. It is fetched at once."
    )


class ImportUpload(ImportOptions):
    file = serializers.FileField(
        allow_empty_file=False, max_length=255, help_text="May be packed: .gz or .zip."
    )
    mapping = MappingField(required=False, help_text="The text of a JSON object: see the docs.")
    fetch_media = FormFlag(required=False)
    dry_run = FormFlag(required=False)


class EvidenceResponse(serializers.Serializer[Any]):
    certainty = serializers.IntegerField(min_value=0, max_value=100)
    reason = serializers.CharField()


class ReadingResponse(serializers.Serializer[Any]):
    currency = serializers.CharField()
    locale = serializers.CharField(allow_blank=True)
    mapping = serializers.DictField(child=serializers.JSONField(), allow_null=True)
    media_base = serializers.CharField(allow_blank=True)
    weight_unit = serializers.CharField(allow_blank=True)
    length_unit = serializers.CharField(allow_blank=True)


class PolicyResponse(serializers.Serializer[Any]):
    refusals = serializers.ChoiceField(choices=REFUSALS)
    writes = serializers.ChoiceField(choices=WRITES)
    missing = serializers.ChoiceField(choices=MISSING)
    missing_of = serializers.ChoiceField(choices=MISSING_OF)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # likewise
    location = serializers.CharField(allow_null=True)
    fetch_media = serializers.BooleanField()


class ProgressResponse(serializers.Serializer[Any]):
    phase = serializers.ChoiceField(choices=ImportJob.Phase.choices, allow_null=True)
    done = serializers.IntegerField(min_value=0, help_text="Records of this phase.")
    total = serializers.IntegerField(min_value=0)
    rate = serializers.FloatField(min_value=0, help_text="Records per second.")
    eta = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="Seconds that are left of this phase."
    )


class CountsResponse(serializers.Serializer[Any]):
    created = serializers.IntegerField(min_value=0)
    changed = serializers.IntegerField(min_value=0)
    unchanged = serializers.IntegerField(min_value=0)
    refused = serializers.IntegerField(min_value=0)
    missing = serializers.IntegerField(min_value=0, help_text="Live, and not named by the file.")
    archived = serializers.IntegerField(min_value=0)
    stock_changed = serializers.IntegerField(min_value=0, help_text="Variants.")
    made = serializers.DictField(
        child=serializers.IntegerField(min_value=0), help_text="Other nouns, such as locales."
    )


class FailureResponse(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(min_value=0)


class ImportResponse(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=ImportJob.State.choices)
    file_name = serializers.CharField()
    file_bytes = serializers.IntegerField(min_value=0)
    format = serializers.CharField()
    evidence = EvidenceResponse(help_text="Why it is thought to be of this format.")
    options = ReadingResponse()
    policy = PolicyResponse()
    progress = ProgressResponse()
    rows = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="Of the file; null until it was looked through."
    )
    planned = CountsResponse(allow_null=True, help_text="What the last whole plan says.")
    counts = CountsResponse(help_text="Of the plan or of what was written, as far as it is.")
    warnings = serializers.DictField(
        child=serializers.IntegerField(min_value=0), help_text="How many there are of each code."
    )
    columns_left_out = serializers.ListField(child=serializers.CharField())
    is_rolled_back = serializers.BooleanField(
        help_text="Something was refused and `all_or_nothing` asked for: nothing was kept."
    )
    has_refused_lines = serializers.BooleanField(help_text="They can be downloaded.")
    error = FailureResponse(allow_null=True, help_text="Why it failed.")
    actor = ActorResponse()
    request_id = serializers.CharField(
        help_text="Of all changes that it makes: what `POST /api/v1/changes/undo` takes."
    )
    created_at = ServedInstant()
    updated_at = ServedInstant()
    finished_at = ServedInstant(allow_null=True)


@extend_schema_serializer(many=False)  # a page, although the action is called list
class ImportsResponse(serializers.Serializer[Any]):
    items = ImportResponse(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class RemarkResponse(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ImportRemark.Kind.choices)
    line = serializers.IntegerField(min_value=0, help_text="Of the file, from 1; 0 is all of it.")
    column = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    remedy = serializers.CharField(allow_blank=True)
    handle = serializers.CharField(allow_blank=True)


class FieldChangeResponse(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField(help_text="Long texts are cut.")
    after = serializers.JSONField()


class ImportRemarkResponse(RemarkResponse):
    differences = FieldChangeResponse(
        many=True, allow_null=True, help_text="Of a change; else null."
    )


class PlannedRecordResponse(serializers.Serializer[Any]):
    line = serializers.IntegerField(min_value=0)
    last_line = serializers.IntegerField(min_value=0)
    handle = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    product = serializers.UUIDField(allow_null=True, help_text="The one that is there already.")
    differences = FieldChangeResponse(
        many=True,
        allow_null=True,
        help_text="Of a product that would change: of the first 1,000; else null.",
    )
    remarks = RemarkResponse(many=True, help_text="Why it is refused, and warnings.")


class PlanResponse(serializers.Serializer[Any]):
    items = PlannedRecordResponse(many=True)
    next_cursor = serializers.CharField(allow_null=True)


class ImportRemarksResponse(serializers.Serializer[Any]):
    items = ImportRemarkResponse(many=True)
    next_cursor = serializers.CharField(allow_null=True)


def import_as_json(job: ImportJob) -> dict[str, Any]:
    report, progress = ImportReport(job), progress_of(job)
    instant = ServedInstant().to_representation
    return {
        "id": job.pk,
        "state": job.state,
        "file_name": job.file_name,
        "file_bytes": job.file_bytes,
        "format": job.format,
        "evidence": {name: job.evidence[name] for name in ("certainty", "reason")},
        "options": {name: job.options.get(name) for name in READING},
        "policy": {name: job.policy.get(name) for name in POLICY},
        "progress": {**progress, "phase": progress["phase"] or None},
        "rows": report.rows if job.survey else None,
        "planned": _counts(job.planned) if job.planned is not None else None,
        "counts": _counts(job.counts),
        "warnings": dict(sorted(report.warning_counts.items())),
        "columns_left_out": report.columns_left_out,
        "is_rolled_back": report.is_rolled_back,
        "has_refused_lines": bool(job.refused_lines),
        "error": job.error,
        "actor": {"id": job.actor_id, "label": job.actor_label},
        "request_id": job.request_id,
        "created_at": instant(job.created_at),
        "updated_at": instant(job.updated_at),
        "finished_at": instant(job.finished_at) if job.finished_at else None,
    }


def remark_as_json(row: ImportRemark) -> dict[str, Any]:
    return {name: getattr(row, name) for name in REMARK}


def _counts(counts: dict[str, Any]) -> dict[str, Any]:
    made = counts.get("made", counts.get("to_make", {}))
    return {**{name: counts.get(name, 0) for name in COUNTS}, "made": made}
