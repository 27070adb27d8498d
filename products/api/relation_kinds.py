"""The endpoints of relation kinds."""

from catalog_project.api.serializers import ServedSerializer, StrictSerializer, Text, Whole
from products.api.link_shapes import KindText
from products.api.nouns import NounViewSet
from products.api.shapes import MAX_POSITION, Flag
from products.api.translation_shapes import TranslationsField
from products.models import RelationKind
from products.services import relation_kinds as services


class RelationKindFields(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    name = Text(max_length=200)
    translations = TranslationsField()
    is_symmetric = Flag(required=False, help_text="Told of one side, shown on both.")
    position = Whole(min_value=0, max_value=MAX_POSITION, required=False)


class RelationKindCreate(RelationKindFields):
    code = KindText(max_length=50, help_text="It stays as it is.")
    is_bundle = Flag(required=False, help_text="Parts with quantities. It stays as it is.")


class RelationKindReplace(RelationKindFields):
    set_elsewhere = {
        "code": "The code of a kind stays as it is.",
        "is_bundle": "Whether a kind makes bundles stays as it is.",
    }


class RelationKindPatch(RelationKindReplace):
    name = Text(max_length=200, required=False)


class RelationKindResponse(ServedSerializer[RelationKind]):
    class Meta:
        model = RelationKind
        fields = [
            "id",
            "code",
            "name",
            "translations",
            "is_symmetric",
            "is_bundle",
            "position",
            "version",
            "created_at",
            "updated_at",
        ]
        extra_kwargs = {
            name: {"required": True} for name in ("is_symmetric", "is_bundle", "position")
        }


class RelationKindViewSet(NounViewSet):
    queryset = RelationKind.objects.all()
    serializer_class = RelationKindResponse
    key_field = "code"
    keyset = ("position", "code")
    merges_translations = True
    create_shape = RelationKindCreate
    replace_shape = RelationKindReplace
    patch_shape = RelationKindPatch
    create_service = staticmethod(services.create_relation_kind)
    update_service = staticmethod(services.update_relation_kind)
    delete_service = staticmethod(services.delete_relation_kind)
    emptied = {"is_symmetric": False, "position": 0}
