"""A whole catalog, exported, imported into an empty one, and exported again: the same bytes."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from products.models import Product
from products.services.catalog_check import check_constraints, check_products, check_shared
from products.transfer.importing.foreground import import_file
from products.transfer.importing.policies import Policy, Reading
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM
from tests.products.transfer.shop_files import counts
from tests.products.transfer.whole_catalog import furnish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "kind",
    ["ndjson", *(pytest.param(each, marks=pytest.mark.soak) for each in ("zip", "xlsx"))],
)
def test_export_import_export_gives_the_same_bytes(tmp_path: Path, kind: str) -> None:
    first, second = tmp_path / f"first.{kind}", tmp_path / f"second.{kind}"
    with transaction.atomic():
        furnish()
        call_command("export_products", out=first, format=kind, archived=True)
        products = Product.objects.count()
        transaction.set_rollback(True)
    assert not Product.objects.exists()
    reading = Reading(currency="USD")
    job = import_file(first, reading=reading, policy=Policy(), actor=SYSTEM)
    report = ImportReport(job)
    assert (report.refusals, report.warnings, job.error) == ([], [], None)
    assert counts(report) == {"created": products}
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    assert [*check_products(keys), *check_shared(), *check_constraints()] == []
    call_command("export_products", out=second, format=kind, archived=True)
    assert second.read_bytes() == first.read_bytes()
    again = ImportReport(import_file(first, reading=reading, policy=Policy(), actor=SYSTEM))
    assert counts(again) == {"unchanged": products}
