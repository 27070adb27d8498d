"""The attribute endpoints."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from accounts.permissions import CanShapeCatalog
from catalog_project.api.serializers import Choice, ServedSerializer, StrictSerializer, Text, Whole
from products.api.consent import CONSENT, accepts_loss
from products.api.nouns import NounViewSet
from products.api.shapes import MAX_POSITION, Flag
from products.models import Attribute, AttributeOption
from products.models.product_types import CODE_FORM, MAX_OPTIONS
from products.services import attributes as services


class TranslationsField(serializers.DictField):
    """Locale -> the texts that are translated."""

    def __init__(self, **kwargs: Any) -> None:
        texts = serializers.DictField(child=Text(max_length=200))
        super().__init__(child=texts, required=False, **kwargs)


class OptionInput(StrictSerializer):
    code = serializers.RegexField(r"^\S+$", max_length=100, trim_whitespace=False)
    label = Text(max_length=200)  # type: ignore[assignment]  # a field, not the label of this one
    translations = TranslationsField(help_text='{"de": {"label": "Eiche"}}')

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and not isinstance(data.get("code", ""), str):
            raise serializers.ValidationError({"code": ["This must be a JSON string."]})
        return super().to_internal_value(data)


class AttributeFieldsInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    dimension = Text(
        max_length=20, allow_blank=True, required=False, help_text="Of measurements: length, mass…"
    )
    is_filterable = Flag(required=False)
    is_searchable = Flag(required=False)
    is_localizable = Flag(required=False, help_text="A value per locale.")
    is_per_channel = Flag(required=False, help_text="A value per channel.")
    rules = serializers.DictField(
        required=False, help_text="min, max, unit, min_length, max_length, pattern (RE2)."
    )
    group = Text(
        max_length=100, allow_blank=True, required=False, help_text="A heading in forms and pages."
    )
    position = Whole(
        min_value=0, max_value=MAX_POSITION, required=False, help_text="In lists of attributes."
    )
    translations = TranslationsField(help_text='{"de": {"name": "Werkstoff"}}')
    options = OptionInput(  # type: ignore[call-arg]  # many
        many=True,
        required=False,
        max_length=MAX_OPTIONS,
        help_text="Of choices: all of them, in order.",
    )


class CodeText(Text):
    """A letter or digit, then letters, digits, underscores and hyphens."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        return str(serializers.RegexField(CODE_FORM.replace("$", r"\Z")).run_validation(code))


class AttributeInput(AttributeFieldsInput):
    code = CodeText(help_text="What values are stored under. It stays.")
    name = Text(max_length=200)
    type = Choice(choices=Attribute.Type.choices)


class AttributePatch(AttributeFieldsInput):
    code = CodeText(required=False)
    name = Text(max_length=200, required=False)
    type = Choice(choices=Attribute.Type.choices, required=False)


class OptionResponse(ServedSerializer[AttributeOption]):
    translations = serializers.DictField()

    class Meta:
        model = AttributeOption
        fields = ["code", "label", "translations"]


class AttributeResponse(ServedSerializer[Attribute]):
    rules = serializers.DictField()
    translations = serializers.DictField()
    options = OptionResponse(many=True)

    class Meta:
        model = Attribute
        fields = [
            "id",
            "code",
            "name",
            "type",
            "dimension",
            "is_filterable",
            "is_searchable",
            "is_localizable",
            "is_per_channel",
            "rules",
            "group",
            "position",
            "translations",
            "options",
            "version",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {
            name: {"required": True}
            for name in fields
            if name.startswith("is_") or name in {"dimension", "group", "position"}
        }


class AttributeViewSet(NounViewSet):
    queryset = Attribute.objects.prefetch_related("options")
    serializer_class = AttributeResponse
    permission_classes = [CanShapeCatalog]
    key_field = "code"
    keyset = ("code", "id")
    query_parameters = {
        "list": ("limit", "cursor"),
        "update": CONSENT,
        "partial_update": CONSENT,
        "destroy": CONSENT,
    }
    create_shape = AttributeInput
    replace_shape = AttributeInput
    patch_shape = AttributePatch
    create_service = staticmethod(services.create_attribute)
    update_service = staticmethod(services.update_attribute)
    delete_service = staticmethod(services.delete_attribute)
    emptied = {
        "dimension": "",
        "is_filterable": False,
        "is_searchable": False,
        "is_localizable": False,
        "is_per_channel": False,
        "rules": {},
        "group": "",
        "position": 0,
        "translations": {},
        "options": [],
    }

    def write_options(self, request: Request) -> dict[str, Any]:
        return {"accept_loss": accepts_loss(request)}
