"""Staff translate on the page of the row: a tab for each locale."""

from typing import Any

import pytest
from django.test import Client

from products.models import Brand, Category, Change, Product
from products.services.locales import create_locale
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, errors, send, send_as_shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def german(db: None) -> None:
    create_locale(values={"code": "de-CH", "name": "Swiss German"}, actor=SYSTEM)


def test_texts_are_written_and_taken_away(publisher_browser: Client, product: Product) -> None:
    models: tuple[Any, ...] = (Product, Brand, Category)
    for model in models:
        row = model.objects.order_by("pk").last()
        noun = model._meta.model_name
        page = url(noun, row.pk, "change")
        before = Change.objects.count()
        assert send_as_shown(publisher_browser, page, {}, noun).status_code == 302
        assert Change.objects.count() == before
        fields = {"text__de-CH__name": "Hemd", "text__de-CH__slug": "hemd"}
        assert send(publisher_browser, page, fields, noun).status_code == 302
        row.refresh_from_db()
        assert row.translations == {"de-CH": {"name": "Hemd", "slug": "hemd"}}
        assert send(publisher_browser, page, {"text__de-CH__slug": ""}, noun).status_code == 302
        row.refresh_from_db()
        assert row.translations == {"de-CH": {"name": "Hemd"}}
    assert "Swiss German" in publisher_browser.get(change_url(product)).content.decode()


def test_something_new_has_its_translations_at_once(publisher_browser: Client) -> None:
    fields = {"name": "Oak", "text__de-CH__name": "Eiche"}
    assert send(publisher_browser, url("brand", "add"), fields, "brand").status_code == 302
    assert Brand.objects.get().translations == {"de-CH": {"name": "Eiche"}}


def test_a_refusal_stands_at_its_text(publisher_browser: Client, product: Product) -> None:
    fields = {"text__de-CH__slug": "a b"}
    answer = send_as_shown(publisher_browser, change_url(product), fields)
    assert errors(answer) == [
        "A slug has letters, digits, hyphens and underscores only, and is no UUID."
    ]
    assert b"text__de-CH__slug" in answer.content
