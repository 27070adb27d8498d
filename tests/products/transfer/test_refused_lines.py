"""What was refused comes back as a file, which is mended and imported again."""

from pathlib import Path

import pytest

from products.models import Product
from products.transfer.importing.refused_lines import refused_file
from tests.products.transfer.shop_files import codes, counts, import_text, lines, product, variant

pytestmark = pytest.mark.django_db

SHOP = lines(
    product("a-lamp"),
    product("b-lamp", option="Size", value="S", sku="B-1", body="two\nlines"),
    variant("M", "b-lamp", price="x"),
    variant("L", "b-lamp"),
    product("c-lamp"),
    product("", title="Nameless"),
    product("d-lamp", price="y"),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_lines_of_what_was_refused_can_be_mended(tmp_path: Path, encoding: str) -> None:
    report = import_text(tmp_path, SHOP.encode(encoding))
    assert counts(report) == {"created": 2, "refused": 3}
    assert codes(report) == [("invalid-amount", 5), ("handle-missing", 8), ("invalid-amount", 9)]
    text = b"".join(refused_file(report.job)).decode("utf-8-sig")
    every = SHOP.splitlines(keepends=True)
    assert text.splitlines(keepends=True) == [every[0], *every[2:6], *every[7:]]
    mended = text.replace(",x,", ",5,").replace(",y,", ",6,").replace("\n,N", "\ne-lamp,N")
    again = import_text(tmp_path, mended)
    assert counts(again) == {"created": 3}
    assert Product.objects.count() == 5


def test_a_plan_gives_the_same_lines(tmp_path: Path) -> None:
    plan = import_text(tmp_path, SHOP, is_dry_run=True)
    assert b"a-lamp" not in b"".join(refused_file(plan.job))
    assert plan.job.refused_lines == [[3, 6], [8, None]]
