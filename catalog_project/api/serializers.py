"""Input that is never ignored, never coerced; output that has one form for each kind of value."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models
from django.utils.functional import cached_property
from rapidfuzz import fuzz, process
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import SkipField, empty, get_error_detail
from rest_framework.validators import ProhibitSurrogateCharactersValidator

CANONICAL_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
Row = TypeVar("Row", bound=models.Model)
MOST_FLAWS = 50  # unknown names that one answer tells; looking for near ones costs time
NEVER_IN_TEXT = re.compile("[\0\ud800-\udfff]")
OF_EVERY_TEXT = (
    MaxLengthValidator,
    ProhibitNullCharactersValidator,
    ProhibitSurrogateCharactersValidator,
)
CLOSE = 70  # of 100: near enough to be a slip of the keyboard


def did_you_mean(name: str, known: Collection[str]) -> str:
    """` Did you mean "name"?`, or the names there are; one of them is what the caller wants."""
    near = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=CLOSE)
    if near:
        return f' Did you mean "{near[0]}"?'
    return f" There are: {', '.join(sorted(known))}." if known else ""


class StrictSerializer(serializers.Serializer[Any]):
    """Names each unknown and each read-only field instead of ignoring it."""

    # Names that a response has and that callers must not send back.
    served_only: list[str] = []
    # Names that are set in another way -> the sentence that says how.
    set_elsewhere: Mapping[str, str] = {}

    @cached_property
    def _by_name(self) -> dict[str, Any]:
        """The fields that a caller writes."""
        return {name: each for name, each in self.fields.items() if not each.read_only}

    @cached_property
    def _readers(self) -> list[tuple[str, Any, Any, bool]]:
        """Each of them with the method that judges its value, if there is one, and whether it
        has something to say where nobody named it."""
        return [
            (
                name,
                each,
                getattr(self, f"validate_{name}", None),
                each.required or each.default is not empty,
            )
            for name, each in self._by_name.items()
        ]

    def _read_only_defaults(self) -> dict[str, Any]:
        """There are none, and DRF looks through all fields for them."""
        return {}

    def run_validators(self, value: Any) -> None:
        if self.validators:
            super().run_validators(value)

    def to_internal_value(self, data: Any) -> Any:
        """All flaws at once: unknown names beside the values that are wrong."""
        errors = self._foreign_names(data) if isinstance(data, Mapping) else {}
        try:
            value = self._read(data) if type(data) is dict else super().to_internal_value(data)
        except serializers.ValidationError as error:
            if errors and isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **errors}) from None
            raise
        if errors:
            raise serializers.ValidationError(errors)
        return value

    def _read(self, data: dict[str, Any]) -> dict[str, Any]:
        """As DRF reads a JSON object, without asking each field about what nobody named: that
        takes most of the time that a large body takes."""
        value: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, reader, judge, is_always in self._readers:
            given = data.get(name, empty)
            if given is empty and not is_always:
                continue
            try:
                read = reader.run_validation(given)
                if judge is not None:
                    read = judge(read)
            except serializers.ValidationError as error:
                errors[name] = error.detail
            except DjangoValidationError as error:
                errors[name] = get_error_detail(error)
            except SkipField:
                pass
            else:
                self.set_value(value, reader.source_attrs, read)
        if errors:
            raise serializers.ValidationError(errors)
        return value

    def _foreign_names(self, data: Mapping[str, Any]) -> dict[str, Any]:
        writable = self._by_name.keys()
        if data.keys() <= writable:
            return {}
        foreign = (name for name in data if name not in writable)
        return {name: [self._why_not(name, writable)] for name in islice(foreign, MOST_FLAWS)}

    def _why_not(self, name: str, writable: Collection[str]) -> ErrorDetail:
        if name in self.set_elsewhere:
            return ErrorDetail(self.set_elsewhere[name], "read-only")
        if name in self.fields or name in self.served_only:
            return ErrorDetail("The service sets this field; leave it out.", "read-only")
        return ErrorDetail(f"Unknown field.{did_you_mean(name, writable)}", "unknown-field")


class Choice(serializers.ChoiceField):
    """One of a few words, exactly as they are written; a refusal names the nearest, or all."""

    default_error_messages = {"invalid_choice": "{input} is none of the choices.{remedy}"}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            said = data[:100] if isinstance(data, str) else ""
            remedy = did_you_mean(said, list(self.choices))
            self.fail("invalid_choice", input=f'"{said}"' if said else "This", remedy=remedy)
        return data


class Text(serializers.CharField):
    """A JSON string, kept as it is: no coercion from numbers, no trimming."""

    default_error_messages = {
        "not_text": "This must be a JSON string.",
        "blank": "This may not be blank.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    @cached_property
    def _is_plain(self) -> bool:
        """Whether nothing is asked of the text but what the short way below asks."""
        return (
            all(isinstance(each, OF_EVERY_TEXT) for each in self.validators)
            and self.min_length is None
            and type(self).to_internal_value is Text.to_internal_value
        )

    def run_validation(self, data: Any = empty) -> Any:
        """A short way for what is right; of the rest DRF says what is wrong."""
        if (
            type(data) is str
            and self._is_plain
            and (self.max_length is None or len(data) <= self.max_length)
            and not (data.isspace() or NEVER_IN_TEXT.search(data))
            and data
        ):
            return data
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_text")
        if not self.allow_blank and not data.strip():
            self.fail("blank")
        return data


class Whole(serializers.IntegerField):
    """A JSON number without a fraction."""

    default_error_messages = {"not_whole": "This must be a whole JSON number."}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("not_whole")
        return super().to_internal_value(data)


class Id(serializers.UUIDField):
    """A UUID in its canonical text form."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not CANONICAL_UUID.fullmatch(data):
            self.fail("invalid", value=str(data)[:50])
        return UUID(data)


class Money(serializers.DecimalField):
    """An exact amount: a JSON string such as "19.90", or a number that carries it exactly."""

    default_error_messages = {
        "not_money": 'Send the amount as a string of digits with a point, such as "19.90".',
    }
    FORM = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce_to_string=False, **kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Without DRF's own exception, which takes an empty text for null."""
        return serializers.Field.validate_empty_values(self, data)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("not_money")
        text = str(data)
        if not self.FORM.fullmatch(text):
            self.fail("not_money")
        return super().to_internal_value(text)


class Instant(serializers.DateTimeField):
    """An RFC 3339 date and time with its offset: a time without one could mean any hour."""

    default_error_messages = {
        "not_instant": "Give date, time and offset, such as 2026-03-01T09:00:00Z (RFC 3339).",
    }
    FORM = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
    )

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not self.FORM.fullmatch(value):
            self.fail("not_instant")
        try:
            return super().to_internal_value(value)
        except OverflowError:
            self.fail("not_instant")


class ServedMoney(serializers.DecimalField):
    """At least two decimals, and no zeros beyond what the amount needs: "19.90", "0.0625"."""

    def to_representation(self, value: Decimal | str) -> str:
        if isinstance(value, str):
            return value  # as SQL printed it, in the same form
        exponent = value.normalize().as_tuple().exponent
        assert isinstance(exponent, int)  # an amount is never NaN
        return f"{value:.{max(2, -exponent)}f}"


class ServedInstant(serializers.DateTimeField):
    """RFC 3339, UTC, always with microseconds. SQL prints it in the same form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S.%fZ", default_timezone=UTC, **kwargs)


class ServedSerializer(serializers.ModelSerializer[Row]):
    """A row as documents print it, so that money and times look the same wherever they stand."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: ServedMoney,
        models.DateTimeField: ServedInstant,
    }
