"""What a variant is besides a SKU: its status, its maker's number, its weight and its size."""

import django.db.models.expressions
import django.db.models.lookups
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('products', '0009_media_kinds_renditions_and_fetches'),
    ]

    operations = [
        migrations.AddField(
            model_name='variant',
            name='height',
            field=models.DecimalField(blank=True, decimal_places=6, editable=False, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='height_mm',
            field=models.DecimalField(decimal_places=15, editable=False, max_digits=36, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='length',
            field=models.DecimalField(blank=True, decimal_places=6, editable=False, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='length_mm',
            field=models.DecimalField(decimal_places=15, editable=False, max_digits=36, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='mpn',
            field=models.CharField(blank=True, max_length=100, null=True, verbose_name='MPN'),
        ),
        migrations.AddField(
            model_name='variant',
            name='size_unit',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=3),
        ),
        migrations.AddField(
            model_name='variant',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('discontinued', 'Discontinued')], db_default='active', default='active', max_length=12),
        ),
        migrations.AddField(
            model_name='variant',
            name='weight',
            field=models.DecimalField(blank=True, decimal_places=6, editable=False, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='weight_g',
            field=models.DecimalField(decimal_places=15, editable=False, max_digits=36, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='weight_unit',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=3),
        ),
        migrations.AddField(
            model_name='variant',
            name='width',
            field=models.DecimalField(blank=True, decimal_places=6, editable=False, max_digits=15, null=True),
        ),
        migrations.AddField(
            model_name='variant',
            name='width_mm',
            field=models.DecimalField(decimal_places=15, editable=False, max_digits=36, null=True),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('mpn__isnull', True), django.db.models.lookups.Regex(models.F('mpn'), models.Value('[^[:space:]]')), _connector='OR'), name='variant_mpn_not_blank'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'active', 'discontinued'])), name='variant_status_known'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('weight_unit', ''), ('weight__isnull', True), ('weight_g__isnull', True)), models.Q(('weight_unit__in', ['mg', 'g', 'kg', 't', 'oz', 'lb', 'st']), ('weight__gte', 0), ('weight__isnull', False), ('weight_g', django.db.models.expressions.CombinedExpression(models.F('weight'), '*', models.Case(models.When(then=models.Value(Decimal('0.001')), weight_unit='mg'), models.When(then=models.Value(Decimal('1')), weight_unit='g'), models.When(then=models.Value(Decimal('1000')), weight_unit='kg'), models.When(then=models.Value(Decimal('1000000')), weight_unit='t'), models.When(then=models.Value(Decimal('28.349523125')), weight_unit='oz'), models.When(then=models.Value(Decimal('453.59237')), weight_unit='lb'), models.When(then=models.Value(Decimal('6350.29318')), weight_unit='st'), output_field=models.DecimalField(decimal_places=15, max_digits=36)))), ('weight_g__isnull', False)), _connector='OR'), name='variant_weight_exact'),
        ),
        migrations.AddConstraint(
            model_name='variant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('size_unit', ''), ('length__isnull', True), ('length_mm__isnull', True), ('width__isnull', True), ('width_mm__isnull', True), ('height__isnull', True), ('height_mm__isnull', True)), models.Q(('size_unit__in', ['mm', 'cm', 'dm', 'm', 'in', 'ft', 'yd']), ('length__gte', 0), ('length__isnull', False), ('length_mm', django.db.models.expressions.CombinedExpression(models.F('length'), '*', models.Case(models.When(size_unit='mm', then=models.Value(Decimal('1'))), models.When(size_unit='cm', then=models.Value(Decimal('10'))), models.When(size_unit='dm', then=models.Value(Decimal('100'))), models.When(size_unit='m', then=models.Value(Decimal('1000'))), models.When(size_unit='in', then=models.Value(Decimal('25.4'))), models.When(size_unit='ft', then=models.Value(Decimal('304.8'))), models.When(size_unit='yd', then=models.Value(Decimal('914.4'))), output_field=models.DecimalField(decimal_places=15, max_digits=36)))), ('length_mm__isnull', False), ('width__gte', 0), ('width__isnull', False), ('width_mm', django.db.models.expressions.CombinedExpression(models.F('width'), '*', models.Case(models.When(size_unit='mm', then=models.Value(Decimal('1'))), models.When(size_unit='cm', then=models.Value(Decimal('10'))), models.When(size_unit='dm', then=models.Value(Decimal('100'))), models.When(size_unit='m', then=models.Value(Decimal('1000'))), models.When(size_unit='in', then=models.Value(Decimal('25.4'))), models.When(size_unit='ft', then=models.Value(Decimal('304.8'))), models.When(size_unit='yd', then=models.Value(Decimal('914.4'))), output_field=models.DecimalField(decimal_places=15, max_digits=36)))), ('width_mm__isnull', False), ('height__gte', 0), ('height__isnull', False), ('height_mm', django.db.models.expressions.CombinedExpression(models.F('height'), '*', models.Case(models.When(size_unit='mm', then=models.Value(Decimal('1'))), models.When(size_unit='cm', then=models.Value(Decimal('10'))), models.When(size_unit='dm', then=models.Value(Decimal('100'))), models.When(size_unit='m', then=models.Value(Decimal('1000'))), models.When(size_unit='in', then=models.Value(Decimal('25.4'))), models.When(size_unit='ft', then=models.Value(Decimal('304.8'))), models.When(size_unit='yd', then=models.Value(Decimal('914.4'))), output_field=models.DecimalField(decimal_places=15, max_digits=36)))), ('height_mm__isnull', False)), _connector='OR'), name='variant_size_exact'),
        ),
    ]
