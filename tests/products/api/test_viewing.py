"""Which channel and which locale answer, and that the answer says so."""

from typing import Any

import pytest

from products.api.viewing import ranges
from products.models import ChannelLocale
from products.services import printing
from products.services.channels import create_channel, delete_channel, update_channel
from products.services.locales import create_locale
from products.services.products import update_product
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    CollectionFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = pytest.mark.django_db
PATH = "/api/v1/products"
COLLECTED = "/api/v1/collections/all/products"
COLLECTIONS = ("/api/v1/collections", "/api/v1/collections/all", COLLECTED)


def locale(code: str, fallback: str | None = None) -> None:
    create_locale(values={"code": code, "name": code, "fallback": fallback}, actor=SYSTEM)


def channel(slug: str, *locales: str, currency: str = "") -> Any:
    return create_channel(
        values={"slug": slug, "name": slug, "currency": currency, "locales": [*locales]},
        actor=SYSTEM,
    )


@pytest.fixture
def europe(db: None) -> Any:
    """A channel in euros, in English, German and Swiss German."""
    locale("de")
    locale("de-CH", "de")
    return channel("europe", "en", "de", "de-CH", currency="EUR")


@pytest.fixture
def oak(db: None) -> Any:
    """A product that looks different in each channel and each language."""
    slogan = AttributeFactory.create(code="slogan", is_localizable=True)
    kind = ProductTypeFactory.create(attributes=[slogan], variant_attributes=[])
    published = {"field": "status", "operator": "is", "value": ["published"]}
    rule = {"match": "all", "conditions": [published]}
    CollectionFactory.create(slug="all", status="published", rule=rule)
    return ProductFactory.create(
        name="Oak",
        product_type=kind,
        attributes={"slogan": {"en": "Sit"}},
        variants=[{"sku": "OAK", "prices": [price("9"), price("8", "EUR")]}],
    )


def translate(oak: Any, **slogans: str) -> None:
    update_product(
        oak.pk,
        values={"attributes": {"slogan": slogans}},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )


def seen(answer: Any) -> tuple[str, str, str]:
    assert answer.status_code == 200, answer.json()
    return answer["Catalog-Channel"], answer["Content-Language"], answer["Vary"]


CREDENTIALS = "Authorization, X-API-Key"
NEGOTIATED = f"{CREDENTIALS}, Accept-Language"


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        *(f"{PATH}/oak{part}" for part in ("", "/variants", "/media", "/relations")),
        *COLLECTIONS,
    ],
)
def test_every_read_says_which_channel_and_locale_answer(
    anonymous: Any, oak: Any, europe: Any, path: str
) -> None:
    assert seen(anonymous.get(path)) == ("default", "en", CREDENTIALS)
    assert seen(anonymous.get(f"{path}?channel=europe")) == ("europe", "en", NEGOTIATED)
    german = anonymous.get(f"{path}?channel=europe&locale=de-ch", HTTP_ACCEPT_LANGUAGE="en")
    assert seen(german) == ("europe", "de-CH", CREDENTIALS)
    chosen = anonymous.get(
        f"{path}?channel=europe", HTTP_ACCEPT_LANGUAGE="fr, de-AT;q=0.7, en;q=0.1"
    )
    assert seen(chosen) == ("europe", "de", NEGOTIATED)


@pytest.mark.usefixtures("europe")
def test_a_collection_shows_its_products_as_the_view_does(
    anonymous: Any, publisher: Any, oak: Any
) -> None:
    """A cursor stays in its view, a tag is that of one view, and a draft is seen in none."""
    ProductFactory.create(name="Ash")
    translate(oak, en="Sit", de="Sitz")
    query = "?channel=europe&locale=de-CH"
    path = f"{COLLECTED}{query}"
    swiss = anonymous.get(path)
    assert [item["name"] for item in swiss.json()["items"]] == ["Ash", "Oak"]
    assert swiss.json()["items"] == anonymous.get(f"{PATH}{query}").json()["items"]
    assert swiss.json()["items"][1]["price_range"]["currency"] == "EUR"
    assert anonymous.get(path, HTTP_IF_NONE_MATCH=swiss["ETag"]).status_code == 304
    assert anonymous.get(COLLECTED, HTTP_IF_NONE_MATCH=swiss["ETag"]).status_code == 200
    cursor = anonymous.get(f"{path}&limit=1").json()["next_cursor"]
    rest = anonymous.get(f"{path}&limit=1&cursor={cursor}").json()
    assert ([item["name"] for item in rest["items"]], rest["next_cursor"]) == (["Oak"], None)
    assert anonymous.get(f"{COLLECTED}?cursor={cursor}").json()["code"] == "bad-cursor"
    assert publisher.post(f"{PATH}/{oak.pk}/unpublish").status_code == 200
    assert [item["name"] for item in anonymous.get(path).json()["items"]] == ["Ash"]


def test_a_view_shows_its_currency_and_its_texts(anonymous: Any, oak: Any, europe: Any) -> None:
    translate(oak, en="Sit", de="Sitz")
    swiss = anonymous.get(f"{PATH}/oak?channel=europe&locale=de-CH").json()
    assert swiss["price_range"] == {"currency": "EUR", "min": "8.00", "max": "8.00"}
    assert [each["value"] for each in swiss["attributes"]] == ["Sitz"]
    assert anonymous.get(f"{PATH}?channel=europe&price_max=8").json()["items"] != []
    assert anonymous.get(f"{PATH}?price_max=8").json()["items"] == []


@pytest.mark.usefixtures("oak", "europe")
@pytest.mark.parametrize("path", [PATH, f"{PATH}/oak", f"{PATH}/oak/variants", COLLECTED])
@pytest.mark.parametrize(
    ("query", "pointer", "told"),
    [
        ("channel=asia", "/channel", "There are: default, europe."),
        ("locale=de", "/locale", "There are: en."),
        ("channel=europe&locale=fr", "/locale", "There are: de, de-CH, en."),
        ("channel=europe&channel=default", "/channel", "Give it once."),
        ("locale=", "/locale", "There are: en."),
    ],
)
def test_a_wrong_name_is_told_those_that_exist(
    anonymous: Any, path: str, query: str, pointer: str, told: str
) -> None:
    answer = anonymous.get(f"{path}?{query}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["pointer"] == pointer
    assert error["detail"].endswith(told)


def test_equal_bytes_in_two_languages_have_two_tags(anonymous: Any, oak: Any, europe: Any) -> None:
    english = anonymous.get(f"{PATH}/oak?channel=europe&locale=en")
    german = anonymous.get(f"{PATH}/oak?channel=europe&locale=de")
    assert english.content == german.content
    assert english["ETag"] != german["ETag"]
    lists = [anonymous.get(f"{PATH}?channel=europe&locale={code}")["ETag"] for code in ("en", "de")]
    assert len({*lists, anonymous.get(PATH)["ETag"]}) == 3
    known = anonymous.get(f"{PATH}/oak?channel=europe&locale=de", HTTP_IF_NONE_MATCH=german["ETag"])
    assert (known.status_code, known["Content-Language"]) == (304, "de")
    other = anonymous.get(f"{PATH}/oak?channel=europe", HTTP_IF_NONE_MATCH=german["ETag"])
    assert other.status_code == 200


def test_a_tag_of_any_view_guards_a_write(editor: Any, oak: Any, europe: Any) -> None:
    read = editor.get(f"{PATH}/oak?channel=europe&locale=de")
    assert editor.patch(f"{PATH}/oak", {"name": "A"}, HTTP_IF_MATCH=read["ETag"]).status_code == 200
    assert editor.patch(f"{PATH}/oak", {"name": "B"}, HTTP_IF_MATCH=read["ETag"]).status_code == 412


def test_a_cursor_belongs_to_its_view(anonymous: Any, europe: Any) -> None:
    ProductFactory.create_batch(3)
    cursor = anonymous.get(f"{PATH}?limit=1").json()["next_cursor"]
    assert anonymous.get(f"{PATH}?limit=1&cursor={cursor}").status_code == 200
    other = anonymous.get(f"{PATH}?limit=1&channel=europe&cursor={cursor}")
    assert (other.status_code, other.json()["code"]) == (400, "bad-cursor")


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", "en"),
        ("de", "de"),
        ("DE-de", "de"),
        ("de-CH-1996", "de-CH"),
        ("de-Latn-CH", "de"),
        ("de-x-private", "de"),
        ("fr, *;q=0.1", "en"),
        ("de;q=0.5, de-CH;q=0.9", "de-CH"),
        ("de;q=0, de-CH;q=0", "en"),
        ("*, de;q=0.5", "en"),
        ("de;q=2, en;q=x", "en"),
        ("de;level=1", "en"),
        (", ,;q=1", "en"),
        ("de," * 400, "en"),
    ],
)
def test_the_header_chooses_by_lookup(
    anonymous: Any, europe: Any, header: str, chosen: str
) -> None:
    answer = anonymous.get(f"{PATH}?channel=europe", HTTP_ACCEPT_LANGUAGE=header)
    assert (answer.status_code, answer["Content-Language"]) == (200, chosen)


def test_ranges_of_equal_weight_keep_their_order() -> None:
    assert ranges("b;q=0.5, a;q=0.5, c") == ("c", "b", "a")


def test_the_default_path_takes_one_query(
    anonymous: Any, oak: Any, django_assert_num_queries: Any
) -> None:
    for path in (PATH, f"{PATH}/oak"):
        with django_assert_num_queries(1):
            anonymous.get(path, HTTP_ACCEPT_LANGUAGE="de-DE,de;q=0.9,en;q=0.8")


def test_another_view_takes_one_query(
    anonymous: Any, oak: Any, europe: Any, django_assert_num_queries: Any
) -> None:
    path = f"{PATH}?channel=europe&locale=de"
    anonymous.get(path)
    with django_assert_num_queries(1):
        assert len(anonymous.get(path).json()["items"]) == 1


def test_a_process_notices_what_another_one_changed(anonymous: Any, oak: Any, europe: Any) -> None:
    """The map of this process is old after each service; nothing tells it but the stamp."""
    assert seen(anonymous.get(f"{PATH}/oak?channel=europe"))[0] == "europe"
    update_channel(europe.pk, values={"slug": "eu"}, expected_version=None, actor=SYSTEM)
    assert seen(anonymous.get(f"{PATH}/oak?channel=eu"))[0] == "eu"
    assert anonymous.get(f"{PATH}/oak?channel=europe").status_code == 400
    update_channel(europe.pk, values={"locales": ["de"]}, expected_version=None, actor=SYSTEM)
    assert seen(anonymous.get(f"{PATH}?channel=eu"))[1] == "de"
    assert anonymous.get(f"{PATH}?channel=eu&locale=en").status_code == 400
    delete_channel(europe.pk, expected_version=None, actor=SYSTEM)
    assert anonymous.get(f"{PATH}?channel=eu").status_code == 400
    assert anonymous.get(f"{PATH}/oak/variants?channel=eu").status_code == 400


def test_a_pair_answers_when_it_is_complete(
    anonymous: Any, oak: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "PRINTED_AT_ONCE", 0)
    locale("de")
    europe = channel("europe", "en")
    answer = anonymous.get(f"{PATH}?channel=europe")
    assert (answer.status_code, answer.json()["code"]) == (503, "view-not-ready")
    assert answer["Retry-After"]
    printing.print_pair(europe.channel_locales.get().pk)
    assert len(anonymous.get(f"{PATH}?channel=europe").json()["items"]) == 1
    update_channel(europe.pk, values={"locales": ["en", "de"]}, expected_version=None, actor=SYSTEM)
    chosen = anonymous.get(f"{PATH}?channel=europe", HTTP_ACCEPT_LANGUAGE="de")
    assert seen(chosen)[1] == "en"
    assert anonymous.get(f"{PATH}?channel=europe&locale=de").status_code == 503
    for pair in ChannelLocale.objects.filter(is_printed=False):
        printing.print_pair(pair.pk)
    assert seen(anonymous.get(f"{PATH}?channel=europe&locale=de"))[1] == "de"


def test_a_channel_may_have_a_slug_of_any_alphabet(anonymous: Any, oak: Any) -> None:
    channel("日本", "en")
    answer = anonymous.get(PATH, {"channel": "日本"})
    assert seen(answer)[0] == "%E6%97%A5%E6%9C%AC"


def test_values_of_a_variant_are_those_of_the_view(anonymous: Any, oak: Any, europe: Any) -> None:
    texts = AttributeFactory.create(code="finish", is_localizable=True)
    kind = ProductTypeFactory.create(variant_attributes=[texts])
    ProductFactory.create(
        name="Elm",
        product_type=kind,
        variants=[{"attributes": {"finish": {"en": "Oiled", "de": "Geölt"}}}],
    )
    path = f"{PATH}/elm/variants"
    for query, value in (("", "Oiled"), ("?channel=europe&locale=de-CH", "Geölt")):
        (variant,) = anonymous.get(path + query).json()["items"]
        assert [each["value"] for each in variant["attributes"]] == [value]
        one = anonymous.get(f"{path}/{variant['id']}{query}")
        assert one.json() == variant
