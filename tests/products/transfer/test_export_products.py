"""manage.py export_products: a whole file, or none."""

import json
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from products.models import Product
from products.services.products import archive_product
from products.transfer.exporting import WRITERS, Writer
from products.transfer.truth import Truth
from tests.products.factories import SYSTEM, BrandFactory, ProductFactory, price
from tests.products.transfer.whole_catalog import furnish

pytestmark = pytest.mark.django_db


def run(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("export_products", *arguments, stdout=out, **options)
    return out.getvalue()


def slugs(file: Path) -> list[str]:
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert lines[-1] == {"count": len(lines) - 2}
    return [line["slug"] for line in lines[1:-1]]


def test_the_products_that_are_asked_for_stand_in_the_file(tmp_path: Path) -> None:
    brand = BrandFactory.create()
    ProductFactory.create(slug="mug", brand=brand, variants=[{"prices": [price("5")]}])
    ProductFactory.create(slug="jug", status="draft", brand=brand)
    gone = ProductFactory.create(slug="tub", brand=brand)
    archive_product(gone.pk, expected_version=None, actor=SYSTEM)
    file = tmp_path / "out.ndjson"
    said = json.loads(run("--out", str(file), "--json"))
    assert (said["products"], said["bytes"]) == (2, file.stat().st_size)
    found = {
        "": ["mug", "jug"],
        "--archived": ["mug", "jug", "tub"],
        "--filter status=published": ["mug"],
        "--filter status=archived": ["tub"],
        f"--filter brand={brand.pk} --filter price_max=6": ["mug"],
        f"--filter brand={brand.pk} --filter updated_since=2090-01-01T00:00:00Z": [],
        "--filter q=mug": ["mug"],
    }
    for arguments, expected in found.items():
        run("--out", str(file), *arguments.split())
        assert slugs(file) == expected, arguments


def test_without_a_file_the_products_go_to_standard_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    furnish()
    target = TextIOWrapper(BytesIO())
    monkeypatch.setattr("sys.stdout", target)
    run("--format", "csv", "--no-costs")
    text = target.buffer.getvalue().decode()
    assert text.startswith("\ufeffid,slug,name,")
    assert "cost." not in text
    assert "price.EUR@trade" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("limit=5", "limit: An export has no such parameter."),
        ("colour=red", "colour: Unknown parameter."),
        ("status=gone", "status: "),
        ("channel=nowhere", "channel: "),
    ],
)
def test_what_is_no_filter_is_refused(asked: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("--filter", asked)


@pytest.mark.parametrize("before", [None, b"yesterday's"])
def test_a_file_that_cannot_be_finished_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes | None
) -> None:
    def breaks(truth: Truth, how: Any) -> Any:
        yield b"half"
        raise OSError(28, "No space left on device")

    ProductFactory.create()
    writer = Writer("ndjson", "", "", "", breaks)
    monkeypatch.setitem(WRITERS, "ndjson", writer)
    file = tmp_path / "out"
    if before:
        file.write_bytes(before)
    with pytest.raises(CommandError, match="No space left"):
        run("--out", str(file))
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == (
        {"out": before} if before else {}
    )
    assert Product.objects.count() == 1
