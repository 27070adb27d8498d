"""What pictures show, told in each locale, on the page of the product."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from products.models import Product
from products.services.locales import create_locale
from tests.products.admin.pages import (
    change_url,
    errors,
    form_fields,
    opened,
    press_save,
    send,
    send_as_shown,
)
from tests.products.factories import SYSTEM
from tests.products.pictures import picture

pytestmark = pytest.mark.django_db


def add_locale(code: str) -> None:
    create_locale(values={"code": code, "name": code}, actor=SYSTEM)


def alt_page(browser: Client, product: Product) -> str:
    fields = form_fields(browser.get(change_url(product)), "product_form")
    return str(fields["media-0-alts"][0])


def test_pictures_have_an_alternative_text_in_each_locale(
    publisher_browser: Client, product: Product
) -> None:
    for code in ("de", "fr"):
        add_locale(code)
    assert alt_page(publisher_browser, product) == "de: \r\nfr: "
    typed = {"media-0-alts": "de: Vorderseite: blau\r\nfr:"}
    assert send(publisher_browser, change_url(product), typed).status_code == 302
    media = product.media.get()
    assert (media.alt, media.translations) == ("Front", {"de": {"alt": "Vorderseite: blau"}})
    version = Product.objects.get(pk=product.pk).version
    assert send_as_shown(publisher_browser, change_url(product), {}).status_code == 302
    assert Product.objects.get(pk=product.pk).version == version
    typed = {"media-0-alts": "fr: Devant"}
    assert send(publisher_browser, change_url(product), typed).status_code == 302
    assert product.media.get().translations == {"fr": {"alt": "Devant"}}


def test_a_picture_in_its_place_keeps_the_texts(
    publisher_browser: Client, product: Product
) -> None:
    add_locale("de")
    typed = {"media-0-alts": "de: Vorderseite"}
    send(publisher_browser, change_url(product), typed)
    upload = SimpleUploadedFile("back.png", picture(size=(5, 5)), "image/png")
    answer = send(publisher_browser, change_url(product), {"media-0-upload": upload})
    assert answer.status_code == 302
    assert product.media.get().translations == {"de": {"alt": "Vorderseite"}}


def test_an_alternative_text_that_cannot_be_is_refused(
    publisher_browser: Client, product: Product
) -> None:
    add_locale("de")
    page = opened(publisher_browser, change_url(product))
    for typed in ("Vorderseite", "xx: y", "de: a\nde: b", f"de: {'x' * 501}"):
        filled = {**page, "media-0-alts": typed}
        assert errors(press_save(publisher_browser, change_url(product), filled)) != []
    assert product.media.get().translations == {}
