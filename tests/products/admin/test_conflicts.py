"""Two people save the same page: nothing is overwritten, and nothing that was typed is lost."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.datastructures import MultiValueDict

from products.admin.products import ProductAdmin
from products.admin.shown_inputs import row_names, sent_inputs, unpacked
from products.errors import StaleVersion
from products.models import Brand, Change, Price, Product, Variant
from products.services.brands import update_brand
from products.services.products import update_product
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, errors, form_fields, url
from tests.products.pictures import picture

pytestmark = pytest.mark.django_db
PARTS = ["variants", "media", "relations"]


def opened(browser: Client, product: Product) -> dict[str, Any]:
    return form_fields(browser.get(change_url(product)), "product_form")


def meanwhile(product: Product, **given: Any) -> None:
    values: Any = given
    update_product(product.pk, values=values, expected_version=None, may_publish=True, actor=SYSTEM)


def save(browser: Client, product: Product, fields: dict[str, Any]) -> Any:
    return browser.post(change_url(product), {**fields, "_save": "Save"})


def answer(browser: Client, product: Product, page: Any, **choices: str) -> Any:
    fields = {f"choice:{name}": side for name, side in choices.items()}
    return save(browser, product, {**form_fields(page, "conflict_form"), **fields})


def rows(page: Any, kind: str) -> dict[str, tuple[str, str, str]]:
    return {row["label"]: (row["was"], row["now"], row["mine"]) for row in page.context_data[kind]}


def test_a_page_remembers_what_a_browser_would_send(
    publisher_browser: Client, product: Product
) -> None:
    fields = opened(publisher_browser, product)
    (memory,) = fields.pop("opened")
    data: MultiValueDict[str, str] = MultiValueDict(fields)
    sent = sent_inputs(data, row_names(data, data, PARTS))
    remembered = unpacked(memory)
    assert remembered is not None
    held = {name: texts for name, texts in remembered.items() if texts}
    own = ("_FORMS", "-page", "/id", "/product", "csrfmiddlewaretoken", "expected_version")
    assert {name for name in sent if not name.endswith(own)} == held.keys()
    assert {name: sent[name] for name in held} == held
    assert len(held) > 25


def test_different_fields_are_kept_of_both(publisher_browser: Client, product: Product) -> None:
    fields = opened(publisher_browser, product)
    variant = product.variants.get(sku="OX-M")
    meanwhile(product, name="Theirs", tags=["new"])
    mine = {**fields, "seo_title": "Mine", "variants-0-mpn": "M-1", "variants-1-DELETE": "on"}
    response = save(publisher_browser, product, mine)
    assert response.status_code == 302
    product.refresh_from_db()
    variant.refresh_from_db()
    assert (product.name, product.tags, product.seo_title) == ("Theirs", ["new"], "Mine")
    assert (variant.mpn, product.variants.count(), product.version) == ("M-1", 1, 4)
    said = publisher_browser.get(response.url).content.decode()
    assert "both changes are kept. Theirs: Name, Tags." in said


def test_the_same_field_is_a_question(publisher_browser: Client, product: Product) -> None:
    other = Brand.objects.create(name="<Other>", slug="other")
    fields = opened(publisher_browser, product)
    meanwhile(product, name="Theirs", brand=other.pk, description="Theirs, too")
    before = Change.objects.count()
    mine = {**fields, "name": "<b>Mine</b>", "brand": "", "tags": "mine"}
    page = save(publisher_browser, product, mine)
    assert page.status_code == 409
    assert Change.objects.count() == before
    assert rows(page, "questions") == {
        "Name": ("Oxford Shirt", "Theirs", "<b>Mine</b>"),
        "Brand": ("Northwind", "<Other>", "(empty)"),
    }
    assert rows(page, "others") == {
        "Description": ("First line\nSecond line", "Theirs, too", "First line\nSecond line"),
        "Tags": ('cotton, "blue, light"', 'cotton, "blue, light"', "mine"),
    }
    assert "&lt;b&gt;Mine" in page.content.decode()
    again = answer(publisher_browser, product, page, name="mine")
    assert (again.status_code, Change.objects.count()) == (409, before)
    done = answer(publisher_browser, product, again, brand="theirs")
    assert done.status_code == 302
    product.refresh_from_db()
    assert (product.name, product.brand_id, product.tags) == ("<b>Mine</b>", other.pk, ["mine"])
    assert (product.description, product.version) == ("Theirs, too", 4)


def test_all_of_mine_and_what_is_refused_then(publisher_browser: Client, product: Product) -> None:
    fields = opened(publisher_browser, product)
    meanwhile(product, name="Theirs")
    page = save(publisher_browser, product, {**fields, "name": "Mine", "slug": "no good"})
    filled = {**form_fields(page, "conflict_form"), "all_mine": ""}
    refused: Any = publisher_browser.post(change_url(product), filled)
    form = refused.context_data["adminform"].form
    assert (list(form.errors), form["name"].value()) == (["slug"], "Mine")
    mended = {**form_fields(refused, "product_form"), "slug": "good"}
    assert save(publisher_browser, product, mended).status_code == 302
    product.refresh_from_db()
    assert (product.name, product.slug) == ("Mine", "good")


def test_what_changes_while_somebody_chooses_is_asked_anew(
    publisher_browser: Client, product: Product
) -> None:
    fields = opened(publisher_browser, product)
    meanwhile(product, name="Theirs")
    page = save(publisher_browser, product, {**fields, "name": "Mine"})
    meanwhile(product, name="Still theirs")
    again = answer(publisher_browser, product, page, name="mine")
    assert rows(again, "questions") == {"Name": ("Oxford Shirt", "Still theirs", "Mine")}
    assert answer(publisher_browser, product, again, name="mine").status_code == 302
    product.refresh_from_db()
    assert product.name == "Mine"


def test_rows_are_known_by_what_they_are_not_by_their_number(
    publisher_browser: Client, product: Product, media_folder: Path
) -> None:
    fields = opened(publisher_browser, product)
    first, second = product.variants.order_by("position")
    meanwhile(
        product,
        variants=[{"sku": "OX-S", "options": {"Size": "S"}, "position": 0}],
        variants_gone=[first.pk],
    )
    files = list(media_folder.rglob("*.*"))
    mine = {
        **fields,
        "variants-0-mpn": "lost",
        "variants-1-price": "7",
        "variants-TOTAL_FORMS": "3",
        "variants-2-sku": "OX-X",
        "variants-2-options": "Size: X",
        "media-TOTAL_FORMS": "2",
        "media-1-upload": SimpleUploadedFile("b.png", picture()),
    }
    page = save(publisher_browser, product, mine)
    assert page.status_code == 409
    assert page.context_data["lost"] == [("Variant that is gone: Mpn", "lost")]
    assert list(media_folder.rglob("*.*")) == files
    chosen = {
        **form_fields(page, "conflict_form"),
        "media-1-upload": SimpleUploadedFile("b.png", picture()),
    }
    assert 'type="file" name="media-1-upload"' in page.content.decode()
    assert save(publisher_browser, product, chosen).status_code == 302
    assert set(product.variants.values_list("sku", flat=True)) == {"OX-L", "OX-S", "OX-X"}
    assert Price.objects.get(variant=second).amount == 7
    assert product.media.count() == 2


def test_a_row_that_was_changed_is_not_deleted_without_a_word(
    publisher_browser: Client, product: Product
) -> None:
    fields = opened(publisher_browser, product)
    variant = product.variants.get(sku="OX-L")
    meanwhile(product, variants=[{"id": variant.pk, "mpn": "M-2"}])
    page = save(publisher_browser, product, {**fields, "variants-1-DELETE": "on"})
    key = f"variants/{variant.pk}/DELETE"
    assert list(rows(page, "questions").values()) == [("", "stays as it is", "is deleted")]
    assert answer(publisher_browser, product, page, **{key: "theirs"}).status_code == 302
    assert Variant.objects.filter(pk=variant.pk, mpn="M-2").exists()


def test_a_version_that_turns_stale_while_saving_is_compared_again(
    publisher_browser: Client, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at both sides and the form's own, and between that and the service's."""
    names = ["Three", "Two", "One"]
    save_once = ProductAdmin._save

    def slow(self: ProductAdmin, *given: Any) -> Any:
        if names:
            meanwhile(product, name=names.pop())
        return save_once(self, *given)

    upload = SimpleUploadedFile("b.png", picture())
    rows_of_media = {"media-TOTAL_FORMS": "2", "media-1-upload": upload}
    mine = {**opened(publisher_browser, product), **rows_of_media, "seo_title": "Mine"}
    monkeypatch.setattr(ProductAdmin, "_save", slow)
    exhausted = save(publisher_browser, product, mine)
    assert "Nothing was saved" in errors(exhausted)[0]
    names[:] = ["Four"]
    upload.seek(0)
    refused = [True]

    def update(key: Any, **options: Any) -> None:
        if refused:
            raise StaleVersion(expected=2, current=refused.pop())
        update_product(key, **options)

    monkeypatch.setattr("products.admin.products.services.update_product", update)
    assert save(publisher_browser, product, mine).status_code == 302
    product.refresh_from_db()
    assert (product.name, product.seo_title, product.media.count()) == ("Four", "Mine", 2)


def test_a_page_that_remembers_nothing_asks_about_all_that_differs(
    publisher_browser: Client, product: Product
) -> None:
    fields = opened(publisher_browser, product)
    meanwhile(product, name="Theirs")
    page = save(publisher_browser, product, {**fields, "opened": "?", "tags": "mine"})
    assert {label: each[0] for label, each in rows(page, "questions").items()} == {
        "Name": "?",
        "Tags": "?",
    }


def test_other_nouns_have_the_page_too(publisher_browser: Client, product: Product) -> None:
    brand = Brand.objects.get()
    address = url("brand", brand.pk, "change")
    fields = form_fields(publisher_browser.get(address), "brand_form")
    update_brand(brand.pk, values={"name": "Theirs"}, expected_version=None, actor=SYSTEM)
    page: Any = publisher_browser.post(address, {**fields, "name": "Mine", "_save": ""})
    assert rows(page, "questions") == {"Name": ("Northwind", "Theirs", "Mine")}
    filled = {**form_fields(page, "conflict_form"), "choice:name": "mine", "_save": ""}
    assert publisher_browser.post(address, filled).status_code == 302
    brand.refresh_from_db()
    assert (brand.name, brand.version) == ("Mine", 3)
