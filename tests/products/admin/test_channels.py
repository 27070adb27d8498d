"""Publishers look after channels and locales; others look at them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from products.models import Change, Channel, Locale
from tests.products.admin.pages import errors, send, url

pytestmark = pytest.mark.django_db


def test_a_publisher_makes_a_locale_and_a_channel(publisher_browser: Client) -> None:
    answer = send(
        publisher_browser, url("locale", "add"), {"code": "de", "name": "German"}, "locale"
    )
    assert answer.status_code == 302
    fields = {"name": "Europe", "currency": "EUR", "locales": "en, de"}
    assert send(publisher_browser, url("channel", "add"), fields, "channel").status_code == 302
    europe = Channel.objects.get(slug="europe")
    page = url("channel", europe.pk, "change")
    before = Change.objects.count()
    assert send(publisher_browser, page, {}, "channel").status_code == 302
    assert Change.objects.count() == before
    assert send(publisher_browser, page, {"locales": "de"}, "channel").status_code == 302
    assert europe.channel_locales.get().locale.code == "de"
    assert b"Europe" in publisher_browser.get(url("channel")).content


def test_a_fallback_is_chosen_from_the_locales(publisher_browser: Client) -> None:
    for code in ("de", "fr"):
        send(publisher_browser, url("locale", "add"), {"code": code, "name": code}, "locale")
    german, french = Locale.objects.get(code="de"), Locale.objects.get(code="fr")
    page = url("locale", german.pk, "change")
    answer = send(publisher_browser, page, {"fallback": str(french.pk)}, "locale")
    assert answer.status_code == 302
    german.refresh_from_db()
    assert german.fallback == french
    refused = send(
        publisher_browser,
        url("locale", french.pk, "change"),
        {"fallback": str(german.pk)},
        "locale",
    )
    assert errors(refused) == ["The fallbacks would go round in a circle."]


@pytest.mark.parametrize("noun", ["channel", "locale"])
def test_editors_look_and_publishers_delete_what_may_go(
    staff: Callable[[str], Client], publisher_browser: Client, noun: str
) -> None:
    model: Any = Channel if noun == "channel" else Locale
    row = model.objects.get()
    page = url(noun, row.pk, "change")
    assert staff("editor").get(page).status_code == 200
    assert staff("editor").post(page, {"name": "Lost"}).status_code == 403
    publisher_browser.post(url(noun, row.pk, "delete"), {"post": "yes"})
    assert model.objects.get() == row
