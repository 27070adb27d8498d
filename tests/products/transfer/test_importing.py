"""What an import writes, what it leaves alone, and what it says."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.documents import build
from products.models import (
    Brand,
    Category,
    Change,
    Media,
    Price,
    Product,
    Variant,
    VariantMedia,
)
from products.services.products import archive_product, update_product
from products.transfer.importing import steps
from products.transfer.importing.foreground import import_file
from products.transfer.importing.policies import Policy, Reading
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM, ProductFactory
from tests.products.transfer.shop_files import (
    codes,
    counts,
    import_text,
    lines,
    product,
    variant,
)

pytestmark = pytest.mark.django_db


def snapshot() -> list[Any]:
    """Every row that an import may write, change log included."""
    models = (Product, Variant, Price, Media, Brand, Category, Change)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


TWO_PRODUCTS = lines(
    product(
        "linen-shirt",
        body="<p>Cool to wear.</p>",
        vendor="Fennwick",
        type="Shirts",
        tags="summer, linen,summer",
        option="Color",
        value="Sand",
        sku="LS-1",
        price="79.5",
        compare_at="99.00",
        barcode="4006381333931",
        image="https://shop.example/sand.jpg",
        position="1",
        alt="The shirt in sand",
        variant_image="https://shop.example/sand.jpg",
    ),
    variant("Rust", "linen-shirt", sku="LS-2", price="79.50"),
    {
        "Handle": "linen-shirt",
        "Image Src": "https://shop.example/back.jpg",
        "Image Position": "2",
    },
    product("oak-stool", published="false"),
)


def test_a_product_arrives_with_all_that_the_file_says(tmp_path: Path) -> None:
    report = import_text(tmp_path, TWO_PRODUCTS)
    assert counts(report) == {"created": 2}
    shirt = Product.objects.get(slug="linen-shirt")
    assert (shirt.name, shirt.description, shirt.status) == (
        "Linen shirt",
        "<p>Cool to wear.</p>",
        "published",
    )
    assert shirt.brand is not None
    assert shirt.brand.name == "Fennwick"
    assert [category.name for category in shirt.categories.all()] == ["Shirts"]
    assert shirt.tags == ["summer", "linen"]
    assert shirt.option_names == ["Color"]
    sand, rust = shirt.variants.all()
    assert (sand.sku, sand.gtin, sand.options) == ("LS-1", "04006381333931", {"Color": "Sand"})
    assert (rust.sku, rust.gtin, rust.options) == ("LS-2", None, {"Color": "Rust"})
    price = sand.prices.get()
    assert (price.currency, price.amount, price.compare_at) == (
        "USD",
        Decimal("79.5"),
        Decimal("99"),
    )
    front, back = shirt.media.all()
    assert (front.alt, back.source_url) == ("The shirt in sand", "https://shop.example/back.jpg")
    assert [(row.variant, row.media) for row in VariantMedia.objects.all()] == [(sand, front)]
    stool = Product.objects.get(slug="oak-stool")
    assert (stool.status, stool.option_names) == ("draft", [])
    assert [variant.options for variant in stool.variants.all()] == [{}]


def test_every_product_is_recorded_and_documented(tmp_path: Path) -> None:
    import_text(tmp_path, TWO_PRODUCTS)
    keys = list(Product.objects.values_list("pk", flat=True))
    events = Change.objects.filter(aggregate="product").values_list("event", "version")
    assert list(events) == [("product.created", 1)] * 2
    assert build.drifted(keys) == []


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    import_text(tmp_path, TWO_PRODUCTS)
    before = snapshot()
    assert counts(import_text(tmp_path, TWO_PRODUCTS)) == {"unchanged": 2}
    assert snapshot() == before


def test_a_dry_run_reports_the_same_and_writes_nothing(tmp_path: Path) -> None:
    assert counts(import_text(tmp_path, TWO_PRODUCTS, is_dry_run=True)) == {"created": 2}
    assert snapshot() == [[], [], [], [], [], [], []]


def test_only_what_the_file_speaks_about_is_written(tmp_path: Path) -> None:
    import_text(tmp_path, TWO_PRODUCTS)
    shirt = Product.objects.get(slug="linen-shirt")
    update_product(
        shirt.pk,
        values={"seo_title": "Ours", "metadata": {"shelf": "B4"}, "description": "Kept"},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    rust = shirt.variants.get(sku="LS-2")
    Price.objects.create(variant=rust, currency="EUR", amount=Decimal("70"))
    header = ("Handle", "Variant SKU", "Variant Price")
    text = lines(
        {"Handle": "linen-shirt", "Variant SKU": "LS-2", "Variant Price": "60"}, header=header
    )
    assert counts(import_text(tmp_path, text)) == {"changed": 1}
    shirt.refresh_from_db()
    assert (shirt.seo_title, shirt.metadata, shirt.description) == (
        "Ours",
        {"shelf": "B4"},
        "Kept",
    )
    assert {(price.currency, price.amount) for price in rust.prices.all()} == {
        ("EUR", Decimal(70)),
        ("USD", Decimal(60)),
    }
    sand = shirt.variants.get(sku="LS-1")
    assert sand.prices.get().compare_at == Decimal(99)
    assert shirt.version == 3


@pytest.mark.parametrize(
    ("price", "compare_at"), [("60", Decimal(99)), ("99", Decimal(99)), ("120", None)]
)
def test_a_former_price_that_the_file_does_not_speak_of_stays_while_it_is_the_higher(
    tmp_path: Path, price: str, compare_at: Decimal | None
) -> None:
    import_text(tmp_path, TWO_PRODUCTS)
    header = ("Handle", "Variant SKU", "Variant Price")
    row = {"Handle": "linen-shirt", "Variant SKU": "LS-1", "Variant Price": price}
    import_text(tmp_path, lines(row, header=header))
    stored = Price.objects.get(variant__sku="LS-1")
    assert (stored.amount, stored.compare_at) == (Decimal(price), compare_at)


def test_metadata_is_merged_key_by_key(tmp_path: Path) -> None:
    stool = ProductFactory.create(
        slug="oak-stool",
        metadata={"shelf": "B4", "shopify": {"gift_card": "true", "google_mpn": "M-1"}},
    )
    text = lines({"Handle": "oak-stool", "Gift Card": "false"}, header=("Handle", "Gift Card"))
    assert counts(import_text(tmp_path, text)) == {"changed": 1}
    stool.refresh_from_db()
    assert stool.metadata == {
        "shelf": "B4",
        "shopify": {"gift_card": "false", "google_mpn": "M-1"},
    }


def test_a_blank_cell_says_nothing(tmp_path: Path) -> None:
    import_text(tmp_path, TWO_PRODUCTS)
    text = lines(
        {"Handle": "linen-shirt", "Option1 Name": "Color", "Option1 Value": "Sand"},
    )
    assert counts(import_text(tmp_path, text)) == {"unchanged": 1}


def test_a_blank_former_price_beside_a_price_ends_the_sale(tmp_path: Path) -> None:
    import_text(tmp_path, lines(product(price="40", compare_at="50")))
    assert counts(import_text(tmp_path, lines(product(price="40")))) == {"changed": 1}
    assert Price.objects.get().compare_at is None


def test_variants_pictures_and_categories_that_the_file_leaves_out_stay(tmp_path: Path) -> None:
    import_text(tmp_path, TWO_PRODUCTS)
    text = lines(product("linen-shirt", option="Color", value="Moss", type="Linen", sku="LS-3"))
    assert counts(import_text(tmp_path, text)) == {"changed": 1}
    shirt = Product.objects.get(slug="linen-shirt")
    assert [variant.sku for variant in shirt.variants.all()] == ["LS-1", "LS-2", "LS-3"]
    assert shirt.media.count() == 2
    names = shirt.categories.order_by("memberships__position").values_list("name", flat=True)
    assert list(names) == ["Linen", "Shirts"]


def test_variants_are_found_by_sku_and_then_by_options(tmp_path: Path) -> None:
    start = lines(
        product(option="Size", value="S", sku="A-1"),
        variant("M"),
    )
    import_text(tmp_path, start)
    before = set(Variant.objects.values_list("pk", flat=True))
    text = lines(
        product(option="Size", value="Small", sku="A-1"),
        variant("M", sku="A-2"),
    )
    assert counts(import_text(tmp_path, text)) == {"changed": 1}
    assert set(Variant.objects.values_list("pk", flat=True)) == before
    assert sorted(Variant.objects.values_list("sku", "options__Size")) == [
        ("A-1", "Small"),
        ("A-2", "M"),
    ]


def test_two_variants_may_trade_their_skus(tmp_path: Path) -> None:
    first = lines(product(option="Size", value="S", sku="A-1"), variant("M", sku="A-2"))
    second = lines(product(option="Size", value="M", sku="A-1"), variant("S", sku="A-2"))
    import_text(tmp_path, first)
    assert counts(import_text(tmp_path, second)) == {"changed": 1}
    assert counts(import_text(tmp_path, second)) == {"unchanged": 1}


def test_an_archived_product_is_found_again_and_comes_back_when_the_file_says_so(
    tmp_path: Path,
) -> None:
    archived = lines(product(status="archived", sku="A-1"))
    assert counts(import_text(tmp_path, archived)) == {"created": 1}
    assert Variant.objects.get().is_archived
    assert counts(import_text(tmp_path, archived)) == {"unchanged": 1}
    assert counts(import_text(tmp_path, lines(product(sku="A-1")))) == {"changed": 1}
    assert not Variant.objects.get().is_archived
    assert Product.objects.get().status == "published"


def test_the_live_product_of_a_slug_is_preferred_to_archived_ones(tmp_path: Path) -> None:
    old = ProductFactory.create(slug="oak-stool", variants=[])
    archive_product(old.pk, expected_version=None, actor=SYSTEM)
    live = ProductFactory.create(slug="oak-stool", variants=[])
    ProductFactory.create(slug="oak-stool", variants=[], status="archived")
    import_text(tmp_path, lines(product(title="New title")))
    live.refresh_from_db()
    assert live.name == "New title"


def test_a_sku_of_another_product_refuses_only_its_own_product(tmp_path: Path) -> None:
    ProductFactory.create(variants=[{"sku": "TAKEN"}])
    text = lines(product("a-lamp", sku="A-1"), product("b-lamp", sku="TAKEN"), product("c-lamp"))
    report = import_text(tmp_path, text)
    assert counts(report) == {"created": 2, "refused": 1}
    (remark,) = report.refusals
    assert (remark.code, remark.line, remark.column, remark.handle) == (
        "sku-taken",
        3,
        "Variant SKU",
        "b-lamp",
    )
    assert not Product.objects.filter(slug="b-lamp").exists()


def test_a_rule_that_only_the_database_sees_refuses_only_its_own_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when somebody takes the SKU between our look and our write."""
    ProductFactory.create(variants=[{"sku": "TAKEN"}])
    monkeypatch.setattr("products.services.taken_names.TakenNames.claim", lambda *_: None)
    rows = [product(f"lamp-{n}", sku="TAKEN" if n == 5 else f"L-{n}") for n in range(9)]
    report = import_text(tmp_path, lines(*rows))
    assert counts(report) == {"created": 8, "refused": 1}
    assert codes(report) == [("sku-taken", 7)]


def test_all_or_nothing_takes_everything_back(tmp_path: Path) -> None:
    text = lines(product("a-lamp"), product("b-lamp", price="free"))
    report = import_text(tmp_path, text, is_all_or_nothing=True)
    assert report.is_rolled_back
    assert counts(report) == {"refused": 1}, "nothing was kept"
    assert snapshot() == [[], [], [], [], [], [], []]


def test_a_line_that_does_not_say_which_variant_is_told_so(tmp_path: Path) -> None:
    ProductFactory.create(
        slug="lamp", variants=[{"sku": "L-1", "options": {"Color": "Red"}}, {"sku": "L-2"}]
    )
    text = "Handle,Title,Variant Price\nlamp,Lamp,5.00\n"
    (refusal,) = import_text(tmp_path, text).refusals
    assert (refusal.code, refusal.line, refusal.column) == ("nameless-variant", 2, "")
    assert refusal.message == "The line does not say which variant of the product it is about."
    assert refusal.remedy == "Give its SKU or its options."


def test_all_or_nothing_keeps_a_file_without_refusals(tmp_path: Path) -> None:
    report = import_text(tmp_path, TWO_PRODUCTS, is_all_or_nothing=True)
    assert not report.is_rolled_back
    assert Product.objects.count() == 2


def test_an_import_is_written_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "CHUNK", 2)
    rows = [product(f"lamp-{n}", price="x" if n == 3 else "5") for n in range(7)]
    path = tmp_path / "shop.csv"
    path.write_text(lines(*rows))
    places: list[tuple[str, int]] = []
    job = import_file(
        path,
        reading=Reading(currency="USD"),
        policy=Policy(),
        actor=SYSTEM,
        watch=lambda _, turns: places.extend((job.phase, job.checkpoint) for job in turns),
    )
    assert counts(ImportReport(job)) == {"created": 6, "refused": 1}
    written = [place for phase, place in places if phase == "writing"]
    assert written == [0, 2, 4, 6, 7]
    assert job.state == "done"


@pytest.mark.parametrize("chunk", [500, 1])
def test_a_product_is_written_once_a_file_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """In one chunk or in several; the file is told where the first of the two stands."""
    monkeypatch.setattr(steps, "CHUNK", chunk)
    stool = ProductFactory.create(slug="stool")
    named: Any = {"expected_version": None, "may_publish": True, "actor": SYSTEM}
    update_product(stool.pk, values={"slug": "oak-stool"}, **named)
    rows = (product("oak-stool"), product("lamp"), product("stool", title="Another"))
    report = import_text(tmp_path, lines(*rows))
    assert counts(report) == {"created": 1, "changed": 1, "refused": 1}
    (refusal,) = report.refusals
    assert (refusal.code, refusal.line, refusal.column) == ("same-product", 4, "Handle")
    assert refusal.message.startswith("Line 2 is about the same product")
    stool.refresh_from_db()
    assert (stool.name, stool.version) == ("Oak stool", 3)


@pytest.mark.parametrize("run", ["first", "second"])
def test_the_number_of_statements_does_not_grow_with_the_products(tmp_path: Path, run: str) -> None:
    def statements(count: int, name: str) -> int:
        rows = [
            product(f"{name}-{n}", vendor="V", type="T", sku=f"{name}-{n}", price=price)
            for n in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            import_text(tmp_path, lines(*rows))
        return len(queries)

    price = "5"
    statements(1, "warm")
    few, many = statements(2, "few"), statements(40, "many")
    if run == "second":
        price = "6"
        few, many = statements(2, "few"), statements(40, "many")
    assert few == many


def test_a_product_without_a_title_must_exist(tmp_path: Path) -> None:
    report = import_text(tmp_path, lines({"Handle": "new-lamp", "Variant Price": "5"}))
    assert codes(report) == [("invalid", 2)]
    assert report.refusals[0].column == "Title"


def test_a_line_that_names_no_variant_of_the_product_is_refused(tmp_path: Path) -> None:
    import_text(tmp_path, TWO_PRODUCTS)
    report = import_text(
        tmp_path, lines({"Handle": "linen-shirt", "Variant SKU": "LS-9", "Variant Price": "5"})
    )
    assert codes(report) == [("invalid", 2)]
    assert Variant.objects.filter(product__slug="linen-shirt").count() == 2


def test_a_pictures_text_and_place_follow_the_file(tmp_path: Path) -> None:
    def file(front: str, back: str, alt: str) -> str:
        return lines(
            product(image="https://shop.example/front.jpg", position=front, alt=alt),
            {
                "Handle": "oak-stool",
                "Image Src": "https://shop.example/back.jpg",
                "Image Position": back,
            },
        )

    import_text(tmp_path, file("1", "2", "Front"))
    before = set(Media.objects.values_list("pk", flat=True))
    assert counts(import_text(tmp_path, file("2", "1", "The front"))) == {"changed": 1}
    assert set(Media.objects.values_list("pk", flat=True)) == before
    assert [media.source_url[21:] for media in Media.objects.all()] == ["back.jpg", "front.jpg"]
    assert Media.objects.last().alt == "The front"  # type: ignore[union-attr]  # there are two


def test_more_pictures_than_a_product_may_have_are_refused(tmp_path: Path) -> None:
    def file(numbers: range) -> str:
        pictures = [
            {"Handle": "oak-stool", "Image Src": f"https://shop.example/{n}.jpg"} for n in numbers
        ]
        return lines(product(), *pictures)

    assert codes(import_text(tmp_path, file(range(101)))) == [("invalid", 2)]
    assert counts(import_text(tmp_path, file(range(60)))) == {"created": 1}
    assert codes(import_text(tmp_path, file(range(60, 101)))) == [("invalid", 2)]
    assert Media.objects.count() == 60
