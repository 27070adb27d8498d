"""Publishers say on a product's page where it is shown, once there are several channels."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from products.models import Change, Listing, Product
from products.services.channels import create_channel
from tests.accounts.factories import SYSTEM
from tests.products.admin.pages import change_url, errors, send

pytestmark = pytest.mark.django_db


def test_a_publisher_takes_a_product_out_of_a_channel(
    publisher_browser: Client, staff: Callable[[str], Client], product: Product
) -> None:
    page = change_url(product)
    assert b"channel__" not in publisher_browser.get(page).content
    create_channel(values={"name": "Europe", "locales": ["en"]}, actor=SYSTEM)
    assert b"channel__europe__is_listed" in publisher_browser.get(page).content
    assert b"channel__" not in staff("editor").get(page).content
    before = Change.objects.count()
    assert send(publisher_browser, page, {}).status_code == 302
    assert Change.objects.count() == before
    fields: dict[str, Any] = {
        "channel__europe__is_listed": [],
        "channel__europe__publish_at_0": "2026-12-01",
        "channel__europe__publish_at_1": "09:30",
    }
    assert send(publisher_browser, page, fields).status_code == 302
    row = Listing.objects.get()
    assert (row.channel.slug, row.is_listed) == ("europe", False)
    assert str(row.publish_at) == "2026-12-01 09:30:00+00:00"


def test_a_window_that_never_opens_is_refused(publisher_browser: Client, product: Product) -> None:
    create_channel(values={"name": "Europe", "locales": ["en"]}, actor=SYSTEM)
    fields = {
        f"channel__europe__{name}_{part}": text
        for name in ("publish_at", "unpublish_at")
        for part, text in enumerate(("2026-12-01", "09:30"))
    }
    answer = send(publisher_browser, change_url(product), fields)
    assert errors(answer) == ["unpublish_at must be later than publish_at."]
    assert not Listing.objects.exists()
