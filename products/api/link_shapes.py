"""What names something else: other systems' ids, and other products."""

from drf_spectacular.utils import extend_schema_field

from catalog_project.api.serializers import Id, StrictSerializer, Text, Whole
from products.models.external_ids import SYSTEM_FORM, VALUE_LENGTH
from products.models.relations import KIND_FORM, MAX_QUANTITY


@extend_schema_field({"type": "string", "pattern": SYSTEM_FORM})
class SystemText(Text):
    pass


@extend_schema_field({"type": "string", "pattern": KIND_FORM})
class KindText(Text):
    pass


class ExternalIdInput(StrictSerializer):
    system = SystemText(max_length=50, help_text="Whose id it is: erp, old-shop.")
    id = Text(max_length=VALUE_LENGTH)


class RelationInput(StrictSerializer):
    served_only = ["kind_name"]

    kind = KindText(max_length=50, help_text="The code of a relation kind: accessory.")
    product = Id()
    variant = Id(
        allow_null=True, required=False, help_text="One of its variants, where it must be this one."
    )
    quantity = Whole(
        min_value=1, max_value=MAX_QUANTITY, required=False, help_text="Of the part of a bundle."
    )
