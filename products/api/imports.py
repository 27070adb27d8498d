"""Imports: a file is handed in, planned, started; what became of it is read here."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import actor_of
from accounts.permissions import CanImport
from catalog_project.api.ndjson import MEDIA_TYPE as NDJSON
from catalog_project.api.pagination import (
    BadCursor,
    KeysetPagination,
    decode_cursor,
    encode_cursor,
    read_limit,
)
from catalog_project.api.parsers import StrictJSONParser
from catalog_project.api.preconditions import digest, representation, say_who_may_keep
from catalog_project.api.renderers import FastJSONRenderer
from catalog_project.api.serializers import did_you_mean
from catalog_project.api.views import StrictViewSet
from products.api.exports import NdjsonRenderer
from products.api.import_shapes import (
    POLICY,
    READING,
    ImportFromUrl,
    ImportRemarkResponse,
    ImportRemarksResponse,
    ImportResponse,
    ImportUpload,
    PlanResponse,
    import_as_json,
    remark_as_json,
)
from products.api.waiting import look_until, wanted_wait
from products.errors import NotFound
from products.models import ImportJob, ImportRemark
from products.transfer.importing.handing_in import hand_in, hand_in_url
from products.transfer.importing.jobs import (
    cancel_import,
    import_of,
    plan_import,
    resume_import,
    start_import,
)
from products.transfer.importing.plans import planned_records, remarks_on
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.refused_file import refused_download
from products.transfer.importing.turns import WORKING
from products.transfer.reports import OUTCOMES

CSV = "text/csv"
MOST_NUMBER = 2**31 - 1


class CsvRenderer(FastJSONRenderer):
    """Named in Accept, or nothing is; the file itself is no work of a renderer."""

    media_type = CSV
    format = "csv"


class ImportViewSet(StrictViewSet):
    queryset = ImportJob.objects.none()
    serializer_class = ImportResponse
    permission_classes = [CanImport]
    pagination_class = None
    parser_classes = [StrictJSONParser, MultiPartParser]
    query_parameters = {"list": ("limit", "cursor")}

    def list(self, request: Request) -> Response:
        """The newest first."""
        limit, cursor = _limit(request), request.query_params.get("cursor")
        jobs = ImportJob.objects.order_by("-id")
        if cursor is not None:
            jobs = jobs.filter(pk__lt=_read_id(cursor))
        rows = list(jobs[: limit + 1])
        last = rows[limit - 1] if len(rows) > limit else None
        items = [import_as_json(row) for row in rows[:limit]]
        return Response(
            {"items": items, "next_cursor": encode_cursor("imports", [last.pk]) if last else None}
        )

    def create(self, request: Request) -> HttpResponse:
        is_form = (request.content_type or "").startswith("multipart/")
        values = self.read(ImportUpload if is_form else ImportFromUrl, request)
        facts: dict[str, Any] = {
            "reading": Reading(
                **{
                    "currency": settings.CATALOG_CURRENCY,
                    **{name: values[name] for name in READING if name in values},
                }
            ),
            "policy": Policy(**{name: values[name] for name in POLICY if name in values}),
            "file_format": values.get("format"),
            "begin": plan_import if values.get("dry_run", True) else start_import,
            "actor": actor_of(request),
        }
        if is_form:
            file = values["file"]
            job = hand_in(file, file_name=file.name, **facts)
        else:
            job = hand_in_url(values["url"], **facts)
        location = request.build_absolute_uri(f"{request.path}/{job.pk}")
        return _answer(request, job, status=201, headers={"Location": location})

    def retrieve(self, request: Request, key: str) -> HttpResponse:
        job_id, seconds = _id(key), wanted_wait(request)
        job, is_waited = look_until(
            lambda: import_of(job_id), lambda job: job.state not in WORKING, seconds
        )
        headers = {"Preference-Applied": f"wait={seconds}"} if is_waited else {}
        return _answer(request, job, headers=headers)


class ImportStepViewSet(StrictViewSet):
    queryset = ImportJob.objects.none()
    serializer_class = ImportResponse
    permission_classes = [CanImport]


class ImportStartViewSet(ImportStepViewSet):
    def create(self, request: Request, key: str) -> HttpResponse:
        """Also goes on with one that is paused."""
        self.read_nothing(request)
        job_id = _id(key)
        is_paused = import_of(job_id).state == ImportJob.State.PAUSED
        return _answer(request, (resume_import if is_paused else start_import)(job_id))


class ImportCancelViewSet(ImportStepViewSet):
    def create(self, request: Request, key: str) -> HttpResponse:
        self.read_nothing(request)
        return _answer(request, cancel_import(_id(key)))


class ImportPartViewSet(StrictViewSet):
    """What is told of one import, page by page."""

    queryset = ImportJob.objects.none()
    permission_classes = [CanImport]
    pagination_class = None
    parameter: ClassVar[tuple[str, tuple[str, ...]]]  # its name, and the words it takes

    def chosen(self, request: Request) -> str | None:
        name, words = self.parameter
        value = request.query_params.get(name)
        if value is not None and value not in words:
            raise serializers.ValidationError(
                {name: [f"Unknown.{did_you_mean(value[:50], words)}"]}
            )
        return value


class ImportPlanViewSet(ImportPartViewSet):
    serializer_class = PlanResponse
    query_parameters = {"retrieve": ("outcome", "limit", "cursor")}
    parameter = ("outcome", OUTCOMES)

    def retrieve(self, request: Request, key: str) -> Response:
        outcome, limit = self.chosen(request), _limit(request)
        after = _read_number(request.query_params.get("cursor"))
        found = planned_records(import_of(_id(key)), outcome=outcome, after=after, limit=limit + 1)
        items = [
            {
                "line": each.line,
                "last_line": each.last_line,
                "handle": each.handle,
                "title": each.title,
                "outcome": each.outcome,
                "product": each.product,
                "differences": each.differences,
                "remarks": [remark_as_json(row) for row in each.remarks],
            }
            for each in found[:limit]
        ]
        last = found[limit - 1].number if len(found) > limit else None
        return Response(
            {"items": items, "next_cursor": encode_cursor("plan", [last]) if last else None}
        )


class ImportRemarksViewSet(ImportPartViewSet):
    serializer_class = ImportRemarksResponse
    query_parameters = {"retrieve": ("kind", "limit", "cursor")}
    parameter = ("kind", tuple(ImportRemark.Kind.values))

    def retrieve(self, request: Request, key: str) -> Response:
        rows = remarks_on(import_of(_id(key)), self.chosen(request))
        pages = KeysetPagination()
        page = pages.page_of(
            rows,
            ("line", "id"),
            limit=_limit(request),
            cursor=request.query_params.get("cursor"),
        )
        items = [{**remark_as_json(row), "differences": row.details} for row in page]
        return Response({"items": items, "next_cursor": pages.next_cursor()})


class ImportRefusedViewSet(StrictViewSet):
    queryset = ImportJob.objects.none()
    serializer_class = ImportRemarkResponse
    permission_classes = [CanImport]
    pagination_class = None
    renderer_classes = [CsvRenderer, NdjsonRenderer, FastJSONRenderer]

    def retrieve(self, request: Request, key: str) -> HttpResponseBase:
        name, file = refused_download(import_of(_id(key)))
        answer = StreamingHttpResponse(file, content_type=content_type_of(name))
        answer["Content-Disposition"] = content_disposition_header(True, name) or ""
        say_who_may_keep(request, answer)
        answer["Cache-Control"] = "private, no-store"
        return answer


def content_type_of(name: str) -> str:
    return CSV if name.endswith(".csv") else NDJSON


def _answer(
    request: Request, job: ImportJob, *, status: int = 200, headers: dict[str, str] | None = None
) -> HttpResponse:
    body: bytes = FastJSONRenderer().render(import_as_json(job))
    return representation(request, body, digest(body), status=status, headers=headers)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"There is no import {text[:100]!r}.") from None


def _limit(request: Request) -> int:
    try:
        return read_limit(request.query_params.get("limit"))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"limit": error.detail}) from None


def _read_id(cursor: str) -> UUID:
    (text,) = decode_cursor(cursor, "imports", 1)
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        raise BadCursor from None


def _read_number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    (number,) = decode_cursor(cursor, "plan", 1)
    if type(number) is not int or not 0 <= number <= MOST_NUMBER:
        raise BadCursor
    return number
