"""Names of product types, tax classes and kinds of relations in other locales."""

import django.db.models.lookups
from django.db import migrations, models

NOUNS = {"producttype": "product_type", "taxclass": "tax_class", "relationkind": "relation_kind"}
IS_OBJECT = models.Func(
    models.F("translations"), function="jsonb_typeof", output_field=models.TextField()
)
IS_STRANGE = models.Func(
    models.F("translations"),
    output_field=models.BooleanField(),
    template=(
        "jsonb_path_exists(%(expressions)s, "
        """'$.* ? (@.type() != "object" || exists (@.* ? (@.type() != "string")))')"""
    ),
)


class Migration(migrations.Migration):
    dependencies = [("products", "0030_variants_keep_their_media")]

    operations = [
        operation
        for model, noun in NOUNS.items()
        for operation in (
            migrations.AddField(
                model,
                "translations",
                models.JSONField(
                    blank=True, db_default=models.Value({}, models.JSONField()), default=dict
                ),
            ),
            migrations.AddConstraint(
                model,
                models.CheckConstraint(
                    condition=django.db.models.lookups.Exact(IS_OBJECT, models.Value("object")),
                    name=f"{noun}_translations_is_object",
                ),
            ),
            migrations.AddConstraint(
                model,
                models.CheckConstraint(
                    condition=django.db.models.lookups.Exact(IS_STRANGE, models.Value(False)),
                    name=f"{noun}_translations_are_texts",
                ),
            ),
        )
    ]
