"""Whatever a catalog holds of products, it comes back byte for byte."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.services.products import create_products
from products.transfer.importing.foreground import import_file
from products.transfer.importing.policies import Policy, Reading
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM
from tests.products.strategies import product_values


@pytest.mark.soak
@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(product_values, min_size=1, max_size=4), st.sampled_from(["ndjson", "zip", "xlsx"]))
def test_export_import_export_gives_the_same_bytes(
    tmp_path_factory: Any, items: list[Any], kind: str
) -> None:
    folder: Path = tmp_path_factory.mktemp("catalogs")
    first, second = folder / f"first.{kind}", folder / f"second.{kind}"
    with transaction.atomic():
        create_products(items, actor=SYSTEM)
        call_command("export_products", out=first, format=kind)
        transaction.set_rollback(True)
    with transaction.atomic():
        job = import_file(first, reading=Reading(currency="USD"), policy=Policy(), actor=SYSTEM)
        assert ImportReport(job).refusals == []
        call_command("export_products", out=second, format=kind)
        transaction.set_rollback(True)
    assert second.read_bytes() == first.read_bytes()
