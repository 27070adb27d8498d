"""The location endpoints."""

from drf_spectacular.utils import extend_schema_field

from accounts.permissions import CanKeepStock
from catalog_project.api.serializers import ServedSerializer, StrictSerializer, Text
from products.api.nouns import NounViewSet
from products.api.shapes import Flag
from products.models import Location
from products.models.stock import CODE_LENGTH
from products.services import locations as services


@extend_schema_field({"type": "string", "pattern": "^[a-z0-9]+([_-][a-z0-9]+)*$"})
class CodeText(Text):
    pass


class LocationInput(StrictSerializer):
    served_only = ["id", "version", "created_at", "updated_at"]

    code = CodeText(max_length=CODE_LENGTH, help_text="Small letters and digits: berlin-1.")
    name = Text(max_length=200)
    is_active = Flag(
        required=False, help_text="Stock where nobody sells from does not make anything available."
    )


class LocationPatch(LocationInput):
    code = CodeText(max_length=CODE_LENGTH, required=False)
    name = Text(max_length=200, required=False)


class LocationResponse(ServedSerializer[Location]):
    class Meta:
        model = Location
        fields = ["id", "code", "name", "is_active", "version", "created_at", "updated_at"]
        extra_kwargs = {"is_active": {"required": True}}


class LocationViewSet(NounViewSet):
    queryset = Location.objects.all()
    serializer_class = LocationResponse
    permission_classes = [CanKeepStock]
    key_field = "code"
    keyset = ("code",)
    create_shape = LocationInput
    replace_shape = LocationInput
    patch_shape = LocationPatch
    create_service = staticmethod(services.create_location)
    update_service = staticmethod(services.update_location)
    delete_service = staticmethod(services.delete_location)
    emptied = {"is_active": True}
