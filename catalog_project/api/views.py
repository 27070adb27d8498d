"""What every view of the catalog API has in common."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ErrorDetail
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog_project.api.idempotency import answer_once, key_of_request, rendered
from catalog_project.api.json_patch import Patch
from catalog_project.api.parsers import JsonPatchParser, MergePatchParser
from catalog_project.api.preconditions import (
    forget_version,
    hold_version,
    if_match,
    say_who_may_keep,
)
from catalog_project.api.refusals import MalformedBody
from catalog_project.api.serializers import did_you_mean
from catalog_project.api.throttling import CountedView
from catalog_project.errors import DomainError

MOST_TRIES = 10  # of a JSON Patch, while others write the same thing


def refuse_unknown_parameters(request: Request, known: Collection[str]) -> None:
    """Raise ValidationError for each parameter of the query that nobody reads, or that is there
    twice."""
    if not request.META.get("QUERY_STRING"):
        return
    parameters = request.query_params
    wrong = {
        name: [ErrorDetail(f"Unknown parameter.{did_you_mean(name, known)}", "unknown-parameter")]
        for name in parameters
        if name not in known
    }
    for name in parameters.keys() - wrong.keys():
        if len(parameters.getlist(name)) > 1:
            wrong[name] = [ErrorDetail("Give it once.", "repeated-parameter")]
    if wrong:
        raise serializers.ValidationError(wrong)


def refuse_unknown_method(view: APIView, request: Request) -> None:
    """Raise MethodNotAllowed before anybody looks at what the method was called with."""
    name = (request.method or "").lower()
    if name not in view.http_method_names or not hasattr(view, name):
        view.http_method_not_allowed(request)


class StrictView(CountedView):
    """A single address; its query has no parameters."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_method(self, request)
        refuse_unknown_parameters(request, ())


@dataclass(frozen=True, slots=True)
class Written:
    """Members as callers write them, of something in this version."""

    version: int
    members: Mapping[str, Any]


class StrictViewSet(CountedView, viewsets.GenericViewSet[Any]):
    """Refuses query parameters that its action does not know, instead of ignoring them."""

    # Action -> the parameters it reads. An action that is not named reads none.
    query_parameters: Mapping[str, Collection[str]] = {}
    # Whether a write may be sent again under an Idempotency-Key; not where answers hold secrets.
    is_repeatable = True
    # Whether a PATCH may be a JSON Patch, too; `written` says what it is applied to.
    takes_json_patch = False

    def get_parsers(self) -> list[BaseParser]:
        """Every PATCH is a JSON Merge Patch (RFC 7396), and may be called by that name."""
        parsers = super().get_parsers()
        if self.request is None or self.request.method != "PATCH":
            return parsers
        return [*parsers, MergePatchParser(), *([JsonPatchParser()] * self.takes_json_patch)]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_method(self, request)
        known = self.query_parameters.get(self.action or "", ())
        if known is not ANY:
            refuse_unknown_parameters(request, known)
        if self.takes_json_patch and is_json_patch(request):
            self._patch_what_is_there(request)
        if key := key_of_request(request, allowed=self.is_repeatable):
            self._answer_once(request, key)

    def _patch_what_is_there(self, request: Request) -> None:
        """A JSON Patch holds for what it was applied to. When somebody else was quicker, it is
        applied again to what is there then, unless the caller named a version."""
        act = getattr(self, "patch")  # noqa: B009  # DRF puts the action there
        expected = if_match(request)

        def patch(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            for tries_left in reversed(range(MOST_TRIES)):
                forget_version(request)
                try:
                    found: HttpResponse = act(request, *args, **kwargs)
                except DomainError as error:
                    if error.status != 412 or expected is not None or not tries_left:
                        raise
                else:
                    break
            return found

        setattr(self, "patch", patch)  # noqa: B010  # likewise

    def _answer_once(self, request: Request, key: str) -> None:
        """Put the stored answer, or the storing of it, around the action of this request."""
        name = (request.method or "").lower()
        act = getattr(self, name)

        def once(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            def answer() -> HttpResponse:
                found = act(request, *args, **kwargs)
                return rendered(self.finalize_response(request, found, *args, **kwargs))

            return answer_once(request, key, answer)

        setattr(self, name, once)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """No answer leaves without saying who may keep it."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code < 400 and "Cache-Control" not in final:
            say_who_may_keep(request, final)
        return final

    def read(self, shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """The body in this shape. Raises ValidationError with a pointer to each flaw, and
        MalformedBody for a PATCH without a body."""
        if request.method == "PATCH" and not int(request.META.get("CONTENT_LENGTH") or 0):
            raise MalformedBody("Send an object with what shall change.")
        data = request.data
        if is_json_patch(request):
            data = self._patched(shape, request)
        elif isinstance(data, QueryDict):
            _refuse_repeated_parts(data)
        serializer = shape(data=data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _patched(
        self, shape: type[serializers.Serializer[Any]], request: Request
    ) -> dict[str, Any]:
        """The members that a JSON Patch changes, as a body that names them."""
        fields = {name: each for name, each in shape().fields.items() if not each.read_only}
        patch = Patch(request.data)
        patch.ensure_about(fields)
        found = self.written(
            request, {name: fields[name] for name in patch.names}, if_match(request)
        )
        hold_version(request, found.version)
        return patch.changes_of(found.members)

    def written(
        self,
        request: Request,
        fields: Mapping[str, serializers.Field[Any, Any, Any, Any]],
        expected_version: int | None,
    ) -> Written:
        """These members of what the address names, as they would be sent to leave them as they
        are. Raises whatever says that it is not there, or not in the expected version."""
        raise NotImplementedError

    def read_nothing(self, request: Request) -> None:
        """For actions that take no body. Raises ValidationError where there is one."""
        data = request.data
        if isinstance(data, Mapping):
            wrong = [ErrorDetail("This action takes no body.", "unknown-field")]
            if data:
                raise serializers.ValidationError(dict.fromkeys(data, wrong))
        else:
            raise serializers.ValidationError("This action takes no body.")


def is_json_patch(request: Request) -> bool:
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    return request.method == "PATCH" and media_type == JsonPatchParser.media_type


def _refuse_repeated_parts(form: QueryDict) -> None:
    twice = [name for name, values in form.lists() if len(values) > 1]
    if twice:
        error = [ErrorDetail("Give it once.", "repeated-field")]
        raise serializers.ValidationError(dict.fromkeys(twice, error))


# The action checks its parameters itself.
ANY: Collection[str] = ("*",)
