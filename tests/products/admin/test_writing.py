"""Everything that staff write goes through the services: one change, one version, or nothing."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

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
from products.services import products as services
from products.services.categories import create_category
from products.services.products import create_product, publish_product, update_product
from products.services.variant_batches import create_variants
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, errors, send, url
from tests.products.pictures import picture

pytestmark = pytest.mark.django_db


def newest() -> Change:
    return Change.objects.latest("sequence")


def truth(product: Product) -> Any:
    """The whole aggregate as the change log sees it."""
    return Change.objects.filter(aggregate_id=product.pk).latest("sequence").snapshot


def ensure_derived() -> None:
    keys = list(Product.objects.values_list("pk", flat=True))
    assert build.drifted(keys) == []


def test_saving_without_a_change_changes_nothing(
    publisher_browser: Client, product: Product
) -> None:
    """Not even blanks, line ends, other currencies, or the order of categories."""
    before = Change.objects.count()
    assert send(publisher_browser, change_url(product), {}).status_code == 302
    assert Change.objects.count() == before


def test_what_is_changed_is_one_change_by_that_person_through_the_admin(
    publisher_browser: Client, product: Product
) -> None:
    fields = {
        "name": "Oxford Shirt II",
        "tags": 'cotton, "blue, light", new',
        "metadata": '{"care": [], "weight": 0.5}',
        "variants-0-price": "44.90",
        "variants-1-gtin": "400638133393-1",
        "media-0-alt": "Seen from the front",
    }
    assert send(publisher_browser, change_url(product), fields).status_code == 302
    change = newest()
    assert (change.event, change.version, change.source) == ("product.updated", 3, "admin")
    assert change.actor_label.startswith("person")
    product.refresh_from_db()
    assert product.tags == ["cotton", "blue, light", "new"]
    assert product.metadata == {"care": [], "weight": 0.5}
    assert product.description == "First line\nSecond line "
    assert Media.objects.get().alt == "Seen from the front"
    assert Variant.objects.get(sku="OX-L").gtin == "04006381333931"
    assert Variant.objects.get(sku="OX-M").metadata == {"bin": 7}
    ensure_derived()


def test_other_currencies_survive_a_new_price(publisher_browser: Client, product: Product) -> None:
    fields = {"variants-0-price": "44.90", "variants-0-compare_at": ""}
    send(publisher_browser, change_url(product), fields)
    prices = Price.objects.values_list("currency", "amount", "compare_at")
    assert set(prices) == {("USD", Decimal("44.90"), None), ("EUR", Decimal("45.50"), None)}


def test_a_wrong_price_is_the_only_thing_that_is_wrong(
    publisher_browser: Client, product: Product
) -> None:
    page = send(publisher_browser, change_url(product), {"variants-0-price": "-5"})
    assert errors(page) == ["Ensure this value is greater than or equal to 0."]
    page = send(publisher_browser, change_url(product), {"variants-0-price": ""})
    assert errors(page) == ["A former price needs a price beside it."]


def test_other_currencies_are_written_as_text(publisher_browser: Client, product: Product) -> None:
    fields = {"variants-0-other_prices": "eur 40 / 45.50, GBP 39.95"}
    send(publisher_browser, change_url(product), fields)
    prices = Price.objects.values_list("currency", "amount", "compare_at")
    assert set(prices) == {
        ("USD", Decimal("49.90"), Decimal("59.90")),
        ("EUR", Decimal(40), Decimal("45.50")),
        ("GBP", Decimal("39.95"), None),
    }


def test_variants_and_pictures_come_and_go(
    publisher_browser: Client, product: Product, media_folder: Path
) -> None:
    gone = Variant.objects.get(sku="OX-L")
    fields = {
        "variants-TOTAL_FORMS": "3",
        "variants-1-DELETE": "on",
        "variants-2-sku": "OX-XL",
        "variants-2-options": "Size: XL",
        "variants-2-price": "52",
        "variants-2-pictures": "1",
        "media-TOTAL_FORMS": "3",
        "media-1-upload": SimpleUploadedFile("back.webp", picture("WEBP")),
        "media-1-alt": "Back",
        "media-2-url": "https://images.example.com/side.jpg",
    }
    assert send(publisher_browser, change_url(product), fields).status_code == 302
    assert [variant["sku"] for variant in truth(product)["variants"]] == ["OX-M", "OX-XL"]
    assert not Variant.objects.filter(pk=gone.pk).exists()
    media = list(Media.objects.order_by("position"))
    assert [item.alt for item in media] == ["Front", "Back", ""]
    assert [item.position for item in media] == [0, 1, 2]
    assert [(row.media, row.variant.sku) for row in VariantMedia.objects.all()] == [
        (media[0], "OX-XL")
    ]
    fields = {"variants-0-pictures": "3, 1"}
    assert send(publisher_browser, change_url(product), fields).status_code == 302
    shown = VariantMedia.objects.filter(variant__sku="OX-M")
    assert [row.media for row in shown] == [media[2], media[0]]
    strange = {"variants-0-pictures": "3, 4"}
    assert "There are 1 to 3" in str(errors(send(publisher_browser, change_url(product), strange)))
    assert media[2].source_url == "https://images.example.com/side.jpg"
    assert len([path for path in media_folder.rglob("*") if path.is_file()]) == 2
    assert newest().version == 4
    ensure_derived()


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_replaced_and_keeps_its_words(
    publisher_browser: Client, product: Product, media_folder: Path
) -> None:
    fields: Any = {"variants-0-pictures": "1"}
    assert send(publisher_browser, change_url(product), fields).status_code == 302
    fields = {"media-0-upload": SimpleUploadedFile("new.jpg", picture("JPEG"))}
    assert send(publisher_browser, change_url(product), fields).status_code == 302
    media = Media.objects.get()
    assert VariantMedia.objects.get().media == media
    assert (media.alt, media.content_type) == ("Front", "image/jpeg")
    (file,) = [path for path in media_folder.rglob("*") if path.is_file()]
    assert file.suffix == ".jpg"


def test_rows_of_other_pages_stay(publisher_browser: Client, product: Product) -> None:
    many: Any = [{"sku": f"V{n:02}", "options": {"Size": f"{n:02}"}} for n in range(70)]
    update_product(
        product.pk,
        values={"variants": many},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    address = f"{change_url(product)}?variants-page=2"
    fields = {"variants-0-sku": "CHANGED", "variants-1-DELETE": "on"}
    assert send(publisher_browser, address, fields).status_code == 302
    skus = [variant["sku"] for variant in truth(product)["variants"]]
    assert len(skus) == 69
    assert skus[29:32] == ["V29", "CHANGED", "V32"]


def test_of_very_many_variants_only_those_that_were_touched_are_written(
    publisher_browser: Client, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    items: Any = [
        {
            "sku": f"W{n:03}",
            "options": {"Size": f"{n:03}"},
            "status": "draft" if n == 125 else "active",
        }
        for n in range(130)
    ]
    create_variants(product.pk, items=items, expected_version=None, actor=SYSTEM)
    before = dict(product.variants.values_list("sku", "updated_at"))
    named: list[Any] = []
    update = services.update_product

    def note(key: Any, *, values: Any, **options: Any) -> bool:
        named.append(values)
        return update(key, values=values, **options)

    monkeypatch.setattr("products.admin.products.services.update_product", note)
    address = f"{change_url(product)}?variants-page=5"  # 132 of them, 30 on each page
    skus = list(product.variants.values_list("sku", flat=True))[120:]
    fields = {"variants-1-mpn": "M-1", "variants-2-DELETE": "on", "variants-7-DELETE": "on"}
    assert skus[7] == "W125", "a draft"
    assert send(publisher_browser, address, fields).status_code == 302
    ((values,),) = [named]
    assert [item["mpn"] for item in values["variants"]] == ["M-1"]
    assert len(values["variants_gone"]) == 2
    after = dict(product.variants.values_list("sku", "updated_at"))
    assert before.keys() - after.keys() == {skus[2], "W125"}
    assert [sku for sku in after if after[sku] != before[sku]] == [skus[1]]


def test_a_new_row_is_a_new_variant_and_never_one_of_another_page(
    publisher_browser: Client, product: Product
) -> None:
    items: Any = [{"sku": f"W{n:02}", "options": {"Size": f"{n:02}"}} for n in range(40)]
    create_variants(product.pk, items=items, expected_version=None, actor=SYSTEM)
    fields = {"variants-TOTAL_FORMS": "31", "variants-30-sku": "W39", "variants-30-mpn": "X"}
    page = send(publisher_browser, change_url(product), fields)
    assert "(sku)=(W39) already exists" in " ".join(errors(page))
    assert not product.variants.filter(mpn="X").exists()


def test_a_new_product_is_a_draft_with_a_slug_of_its_name(
    publisher_browser: Client, product: Product
) -> None:
    shirts = Category.objects.get(name="Shirts")
    fields = {
        "name": "Linen Shirt",
        "primary_category": str(shirts.pk),
        "brand": str(Brand.objects.get().pk),
        "variants-TOTAL_FORMS": "1",
        "variants-0-sku": "LS",
        "variants-0-price": "30",
        "media-TOTAL_FORMS": "1",
        "media-0-upload": SimpleUploadedFile("a.png", picture()),
    }
    response = send(publisher_browser, url("product", "add"), fields)
    assert response.status_code == 302
    made = Product.objects.get(slug="linen-shirt")
    assert made.status == "draft"
    assert (newest().event, newest().source) == ("product.created", "admin")
    assert truth(made)["categories"] == [str(shirts.pk)]
    assert Price.objects.get(variant__sku="LS").amount == 30
    assert Media.objects.filter(product=made).count() == 1
    ensure_derived()


def test_categories_keep_the_order_in_which_they_were_chosen(
    publisher_browser: Client, product: Product
) -> None:
    art, belts = (create_category(values={"name": n}, actor=SYSTEM).pk for n in ("Art", "Belts"))
    fields = {"primary_category": str(belts), "other_categories": [str(art)]}
    send(publisher_browser, change_url(product), fields)
    assert truth(product)["categories"] == [str(belts), str(art)]


def test_a_form_without_its_version_saves_nothing(
    publisher_browser: Client, product: Product
) -> None:
    response = send(publisher_browser, change_url(product), {"expected_version": "", "name": "X"})
    assert errors(response) == ["The form is incomplete: load the page again."]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"slug": "taken"}, "(slug)=(taken) already exists"),
    ({"slug": "two words"}, "valid “slug”"),
    ({"name": "   "}, "required"),
    ({"metadata": "[1]"}, "Give a JSON object"),
    ({"metadata": '{"a": 1, "a": 2}'}, "more than once"),
    ({"metadata": '{"a": NaN}'}, "not JSON"),
    ({"metadata": '{"a": "\\u0000"}'}, "See errors"),
    ({"tags": '"open'}, "quotation mark"),
    ({"tags": "x" * 101}, "more than 100 characters"),
    ({"tags": ", ".join(map(str, range(101)))}, "at most 100 tags"),
    ({"variants-0-gtin": "4006381333932"}, "wrong check digit"),
    ({"variants-0-sku": "TAKEN"}, "(sku)=(TAKEN) already exists"),
    ({"variants-0-options": "Size"}, "Write options as"),
    ({"variants-0-options": "Size: L"}, "options of its own"),
    ({"variants-0-options": '{"Size": 1}'}, "is text"),
    ({"variants-0-price": "-1"}, "greater than or equal to 0"),
    ({"variants-0-price": "60"}, "never below the amount"),
    ({"variants-0-price": ""}, "needs a price beside it"),
    ({"variants-0-price": "1.00001"}, "no more than 4 decimal places"),
    ({"variants-0-other_prices": "XXQ 5"}, "no ISO 4217"),
    ({"variants-0-other_prices": "USD 5"}, "USD is given twice"),
    ({"variants-0-other_prices": "five"}, "Write prices as"),
    ({"variants-0-position": "-1"}, "greater than or equal to 0"),
    ({"media-TOTAL_FORMS": "2", "media-1-alt": "x"}, "Give the URL of a picture"),
    ({"media-TOTAL_FORMS": "2", "media-1-url": "javascript:alert(1)"}, "valid URL"),
    (
        {"media-TOTAL_FORMS": "2", "media-1-upload": SimpleUploadedFile("x.png", b"<svg/>")},
        "'x.png' is no PNG, JPEG, WebP, GIF or AVIF",
    ),
    (
        {
            "publish_at_0": "2026-05-02",
            "publish_at_1": "00:00:00",
            "unpublish_at_0": "2026-05-01",
            "unpublish_at_1": "00:00:00",
        },
        "later than publish_at",
    ),
    ({"primary_category": "nonsense"}, "not a valid UUID"),
    ({"other_categories": ["nonsense"]}, "not a valid UUID"),
    ({"brand": "nonsense"}, "not a valid UUID"),
    ({"brand": "01890000-0000-7000-8000-000000000000"}, "valid choice"),
]


@pytest.mark.parametrize(("fields", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_a_refusal_is_shown_and_nothing_is_saved(
    fields: dict[str, Any], said: str, publisher_browser: Client, product: Product
) -> None:
    create_product(
        values={"name": "Taken", "slug": "taken", "variants": [{"sku": "TAKEN"}]}, actor=SYSTEM
    )
    before = Change.objects.count()
    for value in fields.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    response = send(publisher_browser, change_url(product), {"description": "new", **fields})
    assert said in " ".join(errors(response))
    assert Change.objects.count() == before
    product.refresh_from_db()
    assert (product.version, product.description) == (2, "First line\nSecond line ")


def test_a_refusal_stands_at_the_row_it_is_about(
    publisher_browser: Client, product: Product
) -> None:
    create_product(values={"name": "Taken", "variants": [{"sku": "TAKEN"}]}, actor=SYSTEM)
    response: Any = send(publisher_browser, change_url(product), {"variants-1-sku": "TAKEN"})
    formset = response.context_data["inline_admin_formsets"][0].formset
    assert list(formset.forms[1].errors) == ["sku"]
    response = send(publisher_browser, change_url(product), {"variants-1-gtin": "123"})
    formset = response.context_data["inline_admin_formsets"][0].formset
    assert list(formset.forms[1].errors) == ["gtin"]


def test_brands_are_made_changed_and_deleted(publisher_browser: Client) -> None:
    made = send(publisher_browser, url("brand", "add"), {"name": "Acme"}, "brand")
    assert made.status_code == 302
    brand = Brand.objects.get()
    address = url("brand", brand.pk, "change")
    assert send(publisher_browser, address, {"name": "Acme II"}, "brand").status_code == 302
    gone = publisher_browser.post(url("brand", brand.pk, "delete"), {"post": "yes"})
    assert gone.status_code == 302
    events = Change.objects.order_by("sequence").values_list("event", "source")
    assert list(events) == [
        ("brand.created", "admin"),
        ("brand.updated", "admin"),
        ("brand.deleted", "admin"),
    ]


def test_a_brand_in_use_stays(publisher_browser: Client, product: Product) -> None:
    address = url("brand", product.brand_id, "delete")
    response = publisher_browser.post(address, {"post": "yes"}, follow=True)
    assert "Products have this brand" in response.content.decode()
    assert Brand.objects.count() == 1


def test_categories_move_with_what_is_below_them(
    publisher_browser: Client, product: Product
) -> None:
    made = send(publisher_browser, url("category", "add"), {"name": "Sale"}, "category")
    assert made.status_code == 302
    sale, clothes = Category.objects.get(name="Sale"), Category.objects.get(name="Clothes")
    address = url("category", clothes.pk, "change")
    send(publisher_browser, address, {"parent": str(sale.pk)}, "category")
    assert newest().event == "category.moved"
    depths = {category.name: category.depth for category in Category.objects.all()}
    assert depths == {"Sale": 1, "Clothes": 2, "Shirts": 3}
    ensure_derived()


def test_a_category_never_moves_below_itself(publisher_browser: Client, product: Product) -> None:
    clothes, shirts = Category.objects.get(name="Clothes"), Category.objects.get(name="Shirts")
    address = url("category", clothes.pk, "change")
    response: Any = send(publisher_browser, address, {"parent": str(shirts.pk)}, "category")
    assert list(response.context_data["adminform"].form.errors) == ["parent"]
    clothes.refresh_from_db()
    assert clothes.parent is None


def test_publishing_and_back_by_the_buttons(publisher_browser: Client, product: Product) -> None:
    for version, step, status in [
        (2, "publish", "published"),
        (3, "unpublish", "draft"),
        (4, "archive", "archived"),
        (5, "restore", "draft"),
    ]:
        address = url("product", product.pk, "status", step)
        response = publisher_browser.post(address, {"expected_version": version})
        assert response.status_code == 302
        product.refresh_from_db()
        assert (product.status, product.version) == (status, version + 1)
        assert newest().source == "admin"
    ensure_derived()


def test_a_button_of_a_stale_page_does_nothing(publisher_browser: Client, product: Product) -> None:
    address = url("product", product.pk, "status", "publish")
    response = publisher_browser.post(address, {"expected_version": "1"}, follow=True)
    assert "Somebody else changed it meanwhile" in response.content.decode()
    product.refresh_from_db()
    assert product.status == "draft"
    assert publisher_browser.get(address).status_code == 405
    assert publisher_browser.post(address, {"expected_version": "x"}).status_code == 404
    unknown = url("product", product.pk, "status", "explode")
    assert publisher_browser.post(unknown, {"expected_version": "2"}).status_code == 404


def test_the_buttons_are_those_that_make_sense(publisher_browser: Client, product: Product) -> None:
    response: Any = publisher_browser.get(change_url(product))
    assert [step.name for step in response.context_data["steps"]] == ["publish", "archive"]
    publish_product(product.pk, expected_version=None, actor=SYSTEM)
    response = publisher_browser.get(change_url(product))
    assert [step.name for step in response.context_data["steps"]] == ["unpublish", "archive"]


def bulk(browser: Client, action: str, *products: Product) -> str:
    fields = {
        "action": action,
        "_selected_action": [str(product.pk) for product in products],
        "post": "yes",
    }
    response = browser.post(url("product"), fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_many_are_published_and_refusals_are_named(
    publisher_browser: Client, product: Product
) -> None:
    from products.services.products import archive_product  # noqa: PLC0415 - used once

    old = Product.objects.get(pk=create_product(values={"name": "Old"}, actor=SYSTEM))
    archive_product(old.pk, expected_version=None, actor=SYSTEM)
    page = bulk(publisher_browser, "publish_chosen", product, old)
    assert "1 published." in page
    assert "Old: It is archived: restore it first." in page
    product.refresh_from_db()
    assert product.status == "published"


def test_many_are_deleted_with_tombstones(publisher_browser: Client, product: Product) -> None:
    other = Product.objects.get(pk=create_product(values={"name": "Other"}, actor=SYSTEM))
    bulk(publisher_browser, "delete_selected", product, other)
    assert not Product.objects.exists()
    events = Change.objects.order_by("-sequence").values_list("event", "source")[:2]
    assert list(events) == [("product.deleted", "admin")] * 2


def test_too_many_at_once_are_refused(
    publisher_browser: Client, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.admin.saving.MOST_AT_ONCE", 0)
    for action in ("publish_chosen", "delete_selected"):
        assert "At most 0 can be changed at once" in bulk(publisher_browser, action, product)
    product.refresh_from_db()
    assert product.status == "draft"
