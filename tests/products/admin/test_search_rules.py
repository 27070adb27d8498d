"""Publishers look after synonyms, curations, stop words and boosts."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from products.models import Change, Channel, Curation, Locale, Synonym
from products.services.curations import products_of
from tests.products.admin.pages import errors, send, url
from tests.products.factories import AttributeFactory, CurationFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_a_publisher_keeps_synonyms_and_stop_words(publisher_browser: Client) -> None:
    english = str(Locale.objects.get().pk)
    address = url("synonym", "add")
    fields = {"locale": english, "phrases": "sofa, couch"}
    answer = send(publisher_browser, address, fields, "synonym")
    assert answer.status_code == 302, errors(answer)
    row = Synonym.objects.get()
    assert (row.phrases, row.means) == (["sofa", "couch"], [])
    page = url("synonym", row.pk, "change")
    assert send(publisher_browser, page, {"means": "seat"}, "synonym").status_code == 302
    row.refresh_from_db()
    assert (row.phrases, row.means, row.version) == (["sofa", "couch"], ["seat"], 2)
    refused = send(publisher_browser, page, {"phrases": "sofa, the"}, "synonym")
    assert errors(refused) == ["'the' has no word that search looks for."]
    for query, count in (("couch", 1), ("table", 0)):
        listed: Any = publisher_browser.get(url("synonym"), {"q": query})
        assert listed.context_data["cl"].result_count == count
    locale = url("locale", english, "change")
    send(publisher_browser, locale, {"stop_words": "New, best"}, "locale")
    assert Locale.objects.get().stop_words == ["best", "new"]
    refused = send(publisher_browser, locale, {"stop_words": "two words"}, "locale")
    assert errors(refused) == ["'two words' is not one word."]


def test_a_publisher_pins_and_buries_in_an_order(publisher_browser: Client) -> None:
    mugs = [ProductFactory.create(name=f"Mug {n}") for n in range(4)]
    rows: dict[str, Any] = {"products-TOTAL_FORMS": "4", "products-INITIAL_FORMS": "0"}
    for n, (place, position) in enumerate(
        (("pinned", "9"), ("pinned", "1"), ("buried", ""), ("excluded", ""))
    ):
        rows |= {
            f"products-{n}-product": str(mugs[n].pk),
            f"products-{n}-place": place,
            f"products-{n}-position": position,
        }
    fields = {"query": "Mugs", "locale": str(Locale.objects.get().pk), **rows}
    answer = send(publisher_browser, url("curation", "add"), fields, "curation")
    assert answer.status_code == 302, errors(answer)
    curation = Curation.objects.get()
    keys = [mug.pk for mug in mugs]
    assert (curation.words, products_of(curation)) == (
        "mugs",
        {"pinned": [keys[1], keys[0]], "buried": [keys[2]], "excluded": [keys[3]]},
    )
    # Shown as pinned, excluded, buried: what is moved comes before what has the same number.
    page = url("curation", curation.pk, "change")
    changes = {"products-1-position": "0", "products-3-DELETE": "on"}
    assert send(publisher_browser, page, changes, "curation").status_code == 302
    curation = Curation.objects.get()
    assert products_of(curation) == {
        "pinned": [keys[0], keys[1]],
        "buried": [],
        "excluded": [keys[3]],
    }
    before = Change.objects.count()
    assert send(publisher_browser, page, {}, "curation").status_code == 302
    assert Change.objects.count() == before
    twice = send(publisher_browser, url("curation", "add"), fields, "curation")
    assert "Change the one that is there" in errors(twice)[0]
    shown = publisher_browser.get(page).content.decode()
    assert "Mug 0" in shown


def test_a_publisher_chooses_a_boost(publisher_browser: Client) -> None:
    AttributeFactory.create(code="sold", name="Sold", type="integer", is_filterable=True)
    channel = Channel.objects.get()
    page = url("channel", channel.pk, "change")
    values = {"boost_by": "attributes.sold", "boost_weight": "0.5", "boost_half_at": "40"}
    answer = send(publisher_browser, page, values, "channel")
    assert answer.status_code == 302, errors(answer)
    channel.refresh_from_db()
    assert (channel.boost_by, channel.boost_weight) == ("attributes.sold", Decimal("0.5"))
    refused = send(publisher_browser, page, {"boost_weight": "2"}, "channel")
    assert errors(refused)
    assert send(publisher_browser, page, {"boost_by": ""}, "channel").status_code == 302
    channel.refresh_from_db()
    assert (channel.boost_by, channel.boost_weight) == ("", Decimal(0))


def test_what_a_limited_or_lesser_role_may_not_do_is_refused(staff: Any) -> None:
    curation = CurationFactory.create()
    page = url("curation", curation.pk, "change")
    assert staff("editor").get(page).status_code == 200
    assert staff("editor").post(page, {"query": "x"}).status_code == 403
    assert Curation.objects.get().query == curation.query
