"""Real files of shops, all the way into the catalog: everything arrives, and only once."""

from pathlib import Path

import pytest

from products.models import Change, Media, Product, Variant
from products.services.catalog_check import check_constraints, check_products, check_shared
from products.transfer.importing.foreground import import_file
from products.transfer.importing.policies import Policy, Reading
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM
from tests.products.real_catalogs import sample
from tests.products.transfer.reading import read
from tests.products.transfer.test_real_shop_files import FILES

pytestmark = pytest.mark.django_db
SOAK = [
    pytest.param(name, others, marks=[] if code == "woocommerce" else pytest.mark.soak, id=name)
    for code, name, others, _ in FILES
    if "product-variants" not in name  # of products that another file brings
]


@pytest.mark.parametrize(("name", "others"), SOAK)
def test_a_real_file_arrives_whole_and_only_once(name: str, others: tuple[str, ...]) -> None:
    path, beside = sample(name), [sample(each) for each in others]
    expected = read(path, *beside, media_base="")
    first = _import(path, beside)
    assert first.products["created"] + first.products["refused"] == len(expected.products)
    assert {each.code for each in first.refusals} <= {"sku-taken"}
    assert Product.objects.count() == first.products["created"]
    if not first.products["refused"]:
        assert Variant.objects.count() == len(expected.variants)
        assert Media.objects.count() == expected.counts()["images"]
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    assert [*check_products(keys), *check_shared(), *check_constraints()] == []
    changes = Change.objects.count()
    second = _import(path, beside)
    assert second.products["unchanged"] == first.products["created"]
    assert (second.products["changed"], second.stock_changed) == (0, 0)
    assert Change.objects.count() == changes


def _import(path: Path, others: list[Path]) -> ImportReport:
    job = import_file(
        path, others=others, reading=Reading(currency="USD"), policy=Policy(), actor=SYSTEM
    )
    assert job.error is None
    return ImportReport(job)
