"""What search puts a little further up in a channel, and leaves out in a locale."""

from decimal import Decimal

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q


def number(value, digits, decimals):
    default = Decimal(value)
    return models.DecimalField(
        max_digits=digits, decimal_places=decimals, default=default, db_default=default
    )


def check(model, name, condition):
    return migrations.AddConstraint(
        model, models.CheckConstraint(condition=condition, name=f"{model}_{name}")
    )


class Migration(migrations.Migration):
    dependencies = [("products", "0046_search_rules")]

    operations = [
        migrations.AddField(
            "channel",
            "boost_by",
            models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField("channel", "boost_weight", number(0, 3, 2)),
        migrations.AddField("channel", "boost_half_at", number(30, 20, 6)),
        migrations.AddField(
            "locale",
            "stop_words",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60),
                blank=True,
                db_default=models.Value("{}"),
                default=list,
                size=None,
            ),
        ),
        check(
            "channel",
            "boost_by_form",
            Q(
                boost_by__regex=r"^(newest|availability|attributes\.[A-Za-z0-9][A-Za-z0-9_-]{0,99})?$"
            ),
        ),
        check("channel", "boost_weight", Q(boost_weight__gte=0, boost_weight__lte=1)),
        check("channel", "boost_half_at_positive", Q(boost_half_at__gt=0)),
        check("locale", "stop_words_count", Q(stop_words__len__lte=500)),
    ]
