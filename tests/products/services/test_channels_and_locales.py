"""Channels and locales: what they refuse, what they rewrite, and the documents of new pairs."""

from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from products.documents import build
from products.errors import (
    CodeTaken,
    InvalidValue,
    SlugTaken,
    StaleVersion,
    StillInUse,
    ValuesWouldBeLost,
)
from products.models import (
    Attribute,
    Change,
    Channel,
    ChannelLocale,
    Document,
    Locale,
    PriceList,
    ViewStamp,
)
from products.services import printing
from products.services.attributes import update_attribute
from products.services.channels import create_channel, delete_channel, update_channel
from products.services.locales import create_locale, delete_locale, update_locale
from products.services.price_lists import delete_price_list, update_price_list
from products.services.products import update_product
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = pytest.mark.django_db


def locale(code: str, fallback: str | None = None) -> Locale:
    return create_locale(values={"code": code, "name": code, "fallback": fallback}, actor=SYSTEM)


def channel(slug: str, *locales: str, **values: Any) -> Channel:
    named: Any = {"slug": slug, "name": slug.title(), **values}
    named["locales"] = [*locales]
    return create_channel(values=named, actor=SYSTEM)


def change(row: Channel | Locale, **values: Any) -> Any:
    update: Any = update_channel if isinstance(row, Channel) else update_locale
    return update(row.pk, values=values, expected_version=None, actor=SYSTEM)


def drop(row: Channel | Locale, **options: Any) -> None:
    delete: Any = delete_channel if isinstance(row, Channel) else delete_locale
    delete(row.pk, expected_version=None, actor=SYSTEM, **options)


def default_channel() -> Channel:
    return Channel.objects.get(slug="default")


def codes(row: Channel) -> list[str]:
    pairs = row.channel_locales.order_by("position")
    return list(pairs.values_list("locale__code", flat=True))


def test_a_new_pair_has_the_documents_of_all_products() -> None:
    products = ProductFactory.create_batch(3, variants=[{"prices": [price("9", "EUR")]}])
    locale("de")
    europe = channel("europe", "en", "de", currency="EUR")
    assert Document.objects.filter(view__channel=europe).count() == 6
    first = Document.objects.filter(view__channel=europe, product=products[0])
    assert {document.price_min for document in first} == {9}
    assert build.drifted([product.pk for product in products]) == []


def test_a_new_product_is_printed_for_every_pair() -> None:
    channel("europe", "en")
    assert Document.objects.filter(product=ProductFactory.create()).count() == 2


def test_a_channel_follows_its_currency() -> None:
    europe = channel("europe", "en", currency="EUR")
    product = ProductFactory.create(variants=[{"prices": [price("9", "EUR"), price("8", "GBP")]}])
    change(europe, currency="GBP")
    document = Document.objects.get(product=product, view__channel=europe)
    assert document.price_min == 8


def test_locales_of_a_channel_come_go_and_change_places() -> None:
    ProductFactory.create()
    locale("de")
    locale("fr")
    europe = channel("europe", "en", "de")
    before = dict(europe.channel_locales.values_list("locale__code", "pk"))
    change(europe, locales=["fr", "en"])
    assert codes(europe) == ["fr", "en"]
    after = dict(europe.channel_locales.values_list("locale__code", "pk"))
    assert after["en"] == before["en"]
    assert not Document.objects.filter(view=before["de"]).exists()
    assert Document.objects.filter(view=after["fr"]).count() == 1


@pytest.mark.parametrize("wrong", [[], ["en", "en"], ["xx"]])
def test_wrong_locales_of_a_channel_are_refused(wrong: list[str]) -> None:
    with pytest.raises(InvalidValue, match=r"at least one|given twice|There are: en"):
        channel("europe", *wrong) if wrong else change(default_channel(), locales=[])
    assert codes(default_channel()) == ["en"]


def test_the_default_pair_changes_only_while_there_are_no_products() -> None:
    locale("de")
    change(default_channel(), locales=["de", "en"])
    assert ChannelLocale.objects.get(pk=1).locale.code == "de"
    change(default_channel(), locales=["en"])
    assert ChannelLocale.objects.get(pk=1).locale.code == "en"
    ProductFactory.create()
    change(default_channel(), locales=["en", "de"])
    with pytest.raises(StillInUse, match="while there are no products"):
        change(default_channel(), locales=["de", "en"])
    assert codes(default_channel()) == ["en", "de"]


def test_the_default_channel_stays() -> None:
    with pytest.raises(StillInUse, match="default channel"):
        drop(default_channel())
    with pytest.raises(StillInUse, match="rename it"):
        drop(Locale.objects.get(code="en"))


def test_a_pair_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("products.services.channels.MAX_VIEWS", 2)
    channel("europe", "en")
    with pytest.raises(InvalidValue, match="At most 2 pairs"):
        channel("asia", "en")


def test_slugs_and_codes_are_there_once() -> None:
    with pytest.raises(SlugTaken):
        channel("default", "en")
    with pytest.raises(CodeTaken):
        locale("en")
    with pytest.raises(InvalidValue, match="BCP 47"):
        locale("german")
    with pytest.raises(InvalidValue, match="There is no locale 'xx'"):
        locale("de", "xx")


def test_fallbacks_never_go_round_in_a_circle() -> None:
    first = locale("de")
    locale("de-CH", "de")
    locale("gsw", "de-CH")
    with pytest.raises(InvalidValue, match="circle"):
        change(first, fallback="gsw")
    with pytest.raises(InvalidValue, match="Choose another"):
        change(first, fallback="de")
    with pytest.raises(InvalidValue, match="all others fall back to"):
        change(Locale.objects.get(code="en"), fallback="de")
    first.refresh_from_db()
    assert first.fallback is None


def test_a_chain_of_fallbacks_is_bounded() -> None:
    before = None
    for code in ("xa", "xb", "xc", "xd", "xe", "xf", "xg", "xh", "xi"):
        before = locale(code, before).code
    with pytest.raises(InvalidValue, match="at most 8"):
        locale("xj", before)


def test_documents_follow_another_fallback() -> None:
    locale("de")
    swiss = locale("de-CH")
    attribute = AttributeFactory.create(code="slogan", is_localizable=True)
    kind = ProductTypeFactory.create(attributes=[attribute])
    product = ProductFactory.create(
        product_type=kind, attributes={"slogan": {"de": "Los", "en": "Go"}}
    )
    alps = channel("alps", "de-CH")
    change(swiss, fallback="de")
    document = Document.objects.get(product=product, view__channel=alps)
    assert '"value":"Los"' in document.body
    assert build.drifted([product.pk]) == []


def keyed_product() -> tuple[Any, Attribute]:
    """A product with a value per channel, and per channel and locale, and a translated label."""
    locale("de")
    channel("europe", "en")
    plain = AttributeFactory.create(code="badge", is_per_channel=True)
    both = AttributeFactory.create(code="slogan", is_per_channel=True, is_localizable=True)
    update_attribute(
        plain.pk,
        values={"translations": {"de": {"name": "Plakette"}}},
        expected_version=None,
        actor=SYSTEM,
    )
    kind = ProductTypeFactory.create(attributes=[plain], variant_attributes=[both])
    product = ProductFactory.create(
        product_type=kind,
        attributes={"badge": {"europe": "Neu", "default": "New"}},
        variants=[{"attributes": {"slogan": {"europe": {"de": "Los"}, "default": {"en": "Go"}}}}],
    )
    return product, plain


def test_what_values_are_kept_under_keeps_its_name() -> None:
    keyed_product()
    with pytest.raises(StillInUse, match="2 of 1 products"):
        change(Channel.objects.get(slug="europe"), slug="eu")
    with pytest.raises(StillInUse, match="2 of 1 products"):
        change(Locale.objects.get(code="de"), code="de-DE")
    assert change(Channel.objects.get(slug="europe"), name="EU").slug == "europe"


def test_a_channel_goes_with_its_values_once_somebody_consents() -> None:
    product, _ = keyed_product()
    europe = Channel.objects.get(slug="europe")
    with pytest.raises(ValuesWouldBeLost) as refused:
        drop(europe)
    losses: Any = refused.value.members()["losses"]
    assert (losses["values"], losses["products"], losses["texts"]) == (2, 1, 0)
    assert [example["value"] for example in losses["examples"]] == ["Neu", {"de": "Los"}]
    version = product.version
    drop(europe, accept_loss=True)
    product.refresh_from_db()
    assert (product.attributes, product.version) == ({"badge": {"default": "New"}}, version + 1)
    assert product.variants.get().attributes == {"slogan": {"default": {"en": "Go"}}}
    assert build.drifted([product.pk]) == []
    assert Change.objects.filter(event="channel.deleted").count() == 1


def test_a_locale_goes_with_its_texts_once_somebody_consents() -> None:
    product, plain = keyed_product()
    german = Locale.objects.get(code="de")
    with pytest.raises(ValuesWouldBeLost) as refused:
        drop(german)
    losses: Any = refused.value.members()["losses"]
    assert (losses["values"], losses["texts"]) == (2, 1)
    drop(german, accept_loss=True)
    plain.refresh_from_db()
    assert plain.translations == {}
    assert product.variants.get().attributes == {"slogan": {"default": {"en": "Go"}}}
    assert Change.objects.filter(event="attribute.updated").count() == 2


def test_a_locale_in_use_stays() -> None:
    german = locale("de")
    locale("de-CH", "de")
    with pytest.raises(StillInUse, match="de-CH"):
        drop(german)
    channel("europe", "de")
    with pytest.raises(StillInUse, match="europe"):
        drop(german)


def test_a_stale_version_changes_nothing() -> None:
    with pytest.raises(StaleVersion):
        update_channel(
            default_channel().pk, values={"name": "Lost"}, expected_version=2, actor=SYSTEM
        )
    assert default_channel().name == "Default"


def test_the_change_log_knows_the_locales_of_a_channel() -> None:
    locale("de")
    europe = channel("europe", "en")
    change(europe, locales=["en", "de"])
    newest = Change.objects.filter(aggregate="channel").latest("sequence")
    assert (newest.event, newest.version) == ("channel.updated", 2)
    assert newest.snapshot["locales"] == ["en", "de"]
    change(europe, locales=["en", "de"])
    assert Change.objects.filter(aggregate_id=europe.pk).count() == 2


def test_every_change_renews_the_stamp() -> None:
    seen = {ViewStamp.objects.get().stamp}
    german = locale("de")
    seen.add(ViewStamp.objects.get().stamp)
    europe = channel("europe", "de")
    seen.add(ViewStamp.objects.get().stamp)
    change(europe, slug="eu")
    seen.add(ViewStamp.objects.get().stamp)
    drop(europe)
    seen.add(ViewStamp.objects.get().stamp)
    drop(german)
    seen.add(ViewStamp.objects.get().stamp)
    assert len(seen) == 6


def test_a_large_catalog_is_printed_by_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    products = ProductFactory.create_batch(3)
    monkeypatch.setattr(printing, "PRINTED_AT_ONCE", 2)
    europe = channel("europe", "en")
    pair = europe.channel_locales.get()
    assert (pair.is_printed, Document.objects.filter(view=pair).count()) == (False, 0)
    job = ProcrastinateJob.objects.get(task_name="products.print_pair")
    assert job.args == {"pair": pair.pk}
    update_product(
        products[0].pk,
        values={"name": "Meanwhile"},
        expected_version=None,
        may_publish=True,
        actor=SYSTEM,
    )
    assert printing.print_pair(pair.pk) == 2
    pair.refresh_from_db()
    assert (pair.is_printed, Document.objects.filter(view=pair).count()) == (True, 3)
    stamp = ViewStamp.objects.get().stamp
    assert printing.print_pair(pair.pk) == 0
    assert ViewStamp.objects.get().stamp == stamp


def test_a_channel_goes_when_no_price_list_is_for_it_and_tells_which_are() -> None:
    europe = channel("europe", "en")
    lists = [PriceListFactory.create(code=f"list-{n:02}", channel="europe") for n in range(12)]
    told = "for this channel: list-00, .*, list-09 and 2 more. Give them another channel"
    with pytest.raises(StillInUse, match=told):
        drop(europe)
    with pytest.raises(StillInUse, match=told):
        drop(europe, accept_loss=True)
    for row in lists[1:]:
        change_list(row, channel=None)
    with pytest.raises(StillInUse, match=r"for this channel: list-00\. Give"):
        drop(europe)
    delete_price_list(lists[0].pk, expected_version=None, actor=SYSTEM)
    drop(europe)
    assert not Channel.objects.filter(slug="europe").exists()


def change_list(row: PriceList, **values: Any) -> None:
    update_price_list(row.pk, values=values, expected_version=None, actor=SYSTEM)  # type: ignore[arg-type]  # plain values
