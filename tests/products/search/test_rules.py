"""What staff say of search: synonyms, stop words, curations and boosts, from the next query on."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from products.documents import views
from products.documents.facets import count_facets
from products.documents.listing import Listing, read_page
from products.errors import CurationTwice, InvalidValue, StillInUse, UnknownReference
from products.models import Channel, Locale, Product, Synonym
from products.search.filtering import with_words
from products.search.query import Query, read_query
from products.search.results import read_results
from products.search.suggestions import suggest
from products.services.catalog_check import check_shared
from products.services.channels import create_channel, delete_channel, update_channel
from products.services.curations import create_curation, delete_curation, update_curation
from products.services.locales import delete_locale, update_locale
from products.services.products import delete_product, unpublish_product, update_product
from products.services.search_statistics import count_words
from products.services.synonyms import create_synonym, delete_synonym, update_synonym
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    ProductFactory,
    ProductTypeFactory,
)

pytestmark = pytest.mark.django_db
ANYBODY: Any = {"expected_version": None, "actor": SYSTEM}


def asked(text: str, **more: Any) -> Query:
    return read_query(text, **{"view": 1, "visible_only": True, **more})


def found(text: str, *, visible_only: bool = True, view: int = 1) -> list[str]:
    """The slugs of what is found, the best first. The list of the same words has the same."""
    query = asked(text, visible_only=visible_only, view=view)
    listing = Listing(visible_only=visible_only, fields=("slug",), view=view)
    slugs = [orjson.loads(each)["slug"] for each in read_results(query, listing, limit=100).bodies]
    same = Listing({"q": (text, True)}, fields=("slug",), visible_only=visible_only, view=view)
    views.read_again()  # synonyms renew its stamp
    page = read_page(with_words(same), limit=100)
    assert sorted(slugs) == sorted(orjson.loads(each)["slug"] for each in page.bodies)
    return slugs


def product(slug: str, name: str, description: str = "", **more: Any) -> Product:
    variants = more.pop("variants", [{}])
    made: Product = ProductFactory.create(
        slug=slug, name=name, description=description, variants=variants, **more
    )
    return made


def synonym(*phrases: str, means: Any = (), locale: str = "en") -> Synonym:
    values: Any = {"locale": locale, "phrases": list(phrases), "means": list(means)}
    return create_synonym(values=values, actor=SYSTEM)


def curation(query: str, channel: str | None = None, **places: Any) -> Any:
    values: Any = {"query": query, "locale": "en", "channel": channel}
    values |= {place: [each.pk for each in products] for place, products in places.items()}
    return create_curation(values=values, actor=SYSTEM)


def stop(*words: str) -> None:
    key = Locale.objects.get(code="en").pk
    update_locale(key, values={"stop_words": list(words)}, **ANYBODY)


def boost(**values: Any) -> None:
    key = Channel.objects.get(slug="default").pk
    update_channel(key, values={"boost": values or None}, **ANYBODY)  # type: ignore[typeddict-item]  # as given


def test_synonyms_stand_for_each_other_from_the_next_query_on() -> None:
    product("sofa", "Leather sofa")
    product("couch", "Sleeping couch")
    product("table", "Table", "Stands beside a settee.")
    assert found("sofa") == ["sofa"]
    made = synonym("sofa", "couch", "settee")
    assert set(found("sofas")) == set(found("COUCH")) == {"sofa", "couch", "table"}
    assert found("sofa")[-1] == "table"  # the name counts for more, whichever word it is
    update_synonym(made.pk, values={"phrases": ["sofa", "couch"]}, **ANYBODY)
    assert set(found("sofa")) == {"sofa", "couch"}
    assert found("settee") == ["table"]
    told = suggest("couch", view=1, chain=["en"], visible_only=True)
    assert {orjson.loads(each)["slug"] for each in told.products} == {"sofa", "couch"}
    # Others' words that nobody has change nothing, and are no errors.
    assert asked("settee sofa").corrections == ()
    delete_synonym(made.pk, **ANYBODY)
    assert found("sofa") == ["sofa"]


def test_a_synonym_can_be_one_way_and_have_several_words() -> None:
    product("laptop", "Light laptop")
    product("portable", "Blue portable computer")
    product("apart", "Computer", "This one is not portable.")
    product("tablet", "Tablet")
    product("pad", "Slate pad")
    synonym("laptop", "Portable Computer")
    synonym("tablet", means=["slate pad"])
    assert found("laptops") == ["laptop", "portable"]
    assert found("blue laptop") == ["portable", "laptop"]
    assert set(found("portable computers")) == {"laptop", "portable", "apart"}
    assert found("computer portable")[:2] == ["portable", "apart"]  # not the phrase
    assert set(found("tablet")) == {"tablet", "pad"}
    assert found("slate pad") == ["pad"]


def test_a_word_that_only_its_synonyms_have_is_not_corrected() -> None:
    product("sofa", "Sofa")
    product("coach", "Coach")
    count_words()
    assert [each.meant for each in asked("couch").corrections] == ["coach"]
    synonym("couch", "sofa")
    assert asked("couch").corrections == ()
    assert found("couch") == ["sofa"]
    # What is meant by a typing error has synonyms, too.
    assert found("sofaa") == ["sofa"]


def test_stop_words_are_left_out_as_long_as_there_are_others() -> None:
    product("new", "New")
    product("lamp", "Lamp")
    for n in range(3):
        product(f"both-{n}", "New lamp")
    assert set(found("new lamp")) == {"both-0", "both-1", "both-2", "new", "lamp"}
    stop("NEW", "best")
    assert Locale.objects.get(code="en").stop_words == ["best", "new"]
    assert set(found("new lamp")) == {"both-0", "both-1", "both-2", "lamp"}
    assert set(found("new")) == {"both-0", "both-1", "both-2", "new"}
    assert asked("best lamp").corrections == ()
    # The language's own are in no index: then it is the name that begins so.
    product("the-who", "The Who")
    assert found("the who") == ["the-who"]
    stop()
    assert "new" in found("new lamp")


def test_pinned_products_come_first_and_buried_ones_last() -> None:
    mugs = [product(f"mug-{n}", "Mug") for n in range(4)]
    other = product("pot", "Tea pot")
    assert found("mug") == ["mug-3", "mug-2", "mug-1", "mug-0"]
    made = curation("Mugs", pinned=[other, mugs[1]], buried=[mugs[3]], excluded=[mugs[0]])
    assert found("mug") == ["mug-3", "mug-2", "mug-1", "mug-0"]  # another query
    assert found("MUGS!") == ["pot", "mug-1", "mug-2", "mug-3"]
    assert asked("mugs").match.curated.pinned == (other.pk, mugs[1].pk)
    update_curation(made.pk, values={"pinned": [mugs[1].pk]}, **ANYBODY)
    assert found("mugs") == ["mug-1", "mug-2", "mug-3"]
    delete_curation(made.pk, **ANYBODY)
    assert found("mugs") == ["mug-3", "mug-2", "mug-1", "mug-0"]


def test_a_curation_holds_for_what_a_typing_error_means_and_within_filters() -> None:
    mug, pot = product("mug", "Mug", tags=["blue"]), product("pot", "Pot", tags=["red"])
    count_words()
    curation("mug", pinned=[pot])
    assert found("mugg") == ["pot", "mug"]
    within = Listing(filters={"tag": ["blue"]}, fields=("slug",))
    results = read_results(asked("mug"), within, limit=10)
    assert (results.total, results.ids) == (1, [str(mug.pk)])
    delete_product(pot.pk, **ANYBODY)
    assert found("mug") == ["mug"]
    assert list(check_shared()) == []


def test_a_channel_may_have_a_curation_of_its_own() -> None:
    create_channel(values={"name": "Outlet", "locales": ["en"]}, actor=SYSTEM)
    first, second = product("first", "Mug"), product("second", "Mug")
    view = Channel.objects.get(slug="outlet").channel_locales.get().pk
    curation("mug", pinned=[first])
    assert found("mug") == found("mug", view=view) == ["first", "second"]
    curation("mug", "outlet", pinned=[second])
    assert found("mug") == ["first", "second"]
    assert found("mug", view=view) == ["second", "first"]
    with pytest.raises(CurationTwice):
        curation("MUG", "outlet", pinned=[first])
    with pytest.raises(StillInUse):
        delete_channel(Channel.objects.get(slug="outlet").pk, **ANYBODY)


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ("newest", {"half_at": Decimal(10)}),
        ("availability", {}),
        ("attributes.sold", {"half_at": Decimal(50)}),
    ],
)
def test_a_boost_decides_between_equals_and_never_beats_a_much_better_match(
    by: str, more: Any
) -> None:
    sold = AttributeFactory.create(code="sold", type="integer", is_filterable=True)
    kind = ProductTypeFactory.create(attributes=[sold])
    gone = {"track_inventory": True}
    facts: Any = {"product_type": kind, "attributes": {"sold": 1_000_000}}
    worse = product(
        "in-text", "Tray", "A long text about many things; a mug is one of them.", **facts
    )
    better = product("better", "Mug", **facts)
    rest = [product(f"rest-{n}", "Mug", variants=[gone]) for n in range(3)]
    ages = Product.objects.filter(pk__in=[each.pk for each in rest])
    ages.update(created_at=timezone.now() - timedelta(days=900))
    for each in rest:
        update_product(each.pk, values={"tags": ["x"]}, may_publish=False, **ANYBODY)
    plain = found("mug")
    assert plain[-1] == "in-text"
    boost(by=by, weight=Decimal(1), **more)
    assert found("mug")[0] == "better"
    assert found("mug")[-1] == "in-text"
    boost()
    assert found("mug") == plain
    assert worse.pk < better.pk


def test_pages_of_boosted_and_curated_results_show_each_product_once() -> None:
    rows = [product(f"bowl-{n:02}", f"Bowl {'big ' * (n % 3)}") for n in range(11)]
    pinned = product("tray", "Tray")
    curation("bowl", pinned=[pinned, rows[5]], buried=[rows[9], rows[10]])
    boost(by="newest", weight=Decimal("0.5"))
    query, listing = asked("bowl"), Listing(fields=("slug",))
    whole = read_results(query, listing, limit=100).ids
    assert (len(whole), whole[:2]) == (12, [str(pinned.pk), str(rows[5].pk)])
    walked: list[list[str]] = []
    place = None
    while True:
        page = read_results(query, listing, limit=5, place=place)
        walked.append(page.ids)
        if page.next is None:
            break
        place = page.next
    assert [key for ids in walked for key in ids] == whole
    back = read_results(query, listing, limit=5, place=page.previous)
    assert back.ids == walked[-2]
    first = read_results(query, listing, limit=5, place=back.previous)
    assert (first.ids, first.previous) == (walked[0], None)


def test_what_makes_no_sense_is_refused_and_changes_nothing() -> None:
    one = product("one", "One")
    made = curation("mug", pinned=[one])
    refusals: list[tuple[Any, type[Exception], str]] = [
        (lambda: synonym("the", "sofa"), InvalidValue, "/phrases/0"),
        (lambda: synonym("sofa"), InvalidValue, "/phrases"),
        (lambda: synonym("sofa", "SOFA"), InvalidValue, "/phrases/1"),
        (lambda: synonym("a b c d e f g h i", "sofa"), InvalidValue, "/phrases/0"),
        (lambda: synonym("sofa", means=["!"]), InvalidValue, "/means/0"),
        (lambda: synonym("sofa", "couch", locale="xx"), InvalidValue, "/locale"),
        (lambda: curation("...", pinned=[one]), InvalidValue, "/query"),
        (lambda: curation("cup"), InvalidValue, "/pinned"),
        (lambda: curation("cup", "nowhere", pinned=[one]), InvalidValue, "/channel"),
        (lambda: curation("cup", pinned=[one], buried=[one]), InvalidValue, "/buried/0"),
        (
            lambda: update_curation(made.pk, values={"pinned": [made.pk]}, **ANYBODY),
            UnknownReference,
            "/pinned/0",
        ),
        (lambda: stop("two words"), InvalidValue, "/stop_words/0"),
        (lambda: boost(by="price", weight=Decimal(1)), InvalidValue, "/boost/by"),
        (lambda: delete_locale(Locale.objects.get().pk, **ANYBODY), StillInUse, ""),
    ]
    for refused, error, pointer in refusals:
        with pytest.raises(error) as caught:
            refused()
        assert (getattr(caught.value, "pointer", None) or "") == pointer, caught.value
    assert not Synonym.objects.exists()
    made.refresh_from_db()
    assert made.version == 1


def test_what_is_hidden_is_told_by_no_rule() -> None:
    """Not pinned, not counted, not the reason for a synonym, a correction or a suggestion."""
    shown, secret = product("shown", "Sofa"), product("secret", "Zanzibar")
    synonym("sofa", "zanzibar")
    curation("sofa", pinned=[secret], buried=[shown])
    stop("zanzibar")
    boost(by="newest", weight=Decimal(1))
    count_words()
    assert found("sofa") == ["secret", "shown"]
    unpublish_product(secret.pk, **ANYBODY)
    assert found("sofa") == ["shown"]
    assert found("zanzibar") == ["shown"]
    for text in ("sofa", "zanzibar", "zanzibr", "zanz"):
        query = asked(text)
        assert secret.pk not in query.match.named
        assert query.corrections == ()
        results = read_results(query, Listing(), limit=10)
        assert str(secret.pk) not in results.ids
        assert results.total == len(results.ids)
        views.read_again()
        counted = with_words(Listing({"q": (text, True)}))
        assert count_facets(counted, ["brand"]).total == results.total
        told = suggest(text, view=1, chain=["en"], visible_only=True)
        assert "zanzibar" not in told.completions
        assert not any(str(secret.pk).encode() in body for body in told.products)
    assert found("sofa", visible_only=False) == ["secret", "shown"]


def test_rules_cost_at_most_a_statement_each() -> None:
    for n in range(3):
        product(f"sofa-{n}", "Sofa")
    synonym("sofa", "couch")

    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            read_results(asked(text), Listing(), limit=10)
        return len(queries)

    cost("blue sofa")
    before = [cost(text) for text in ("sofa", "blue sofa")]
    curation("sofa", pinned=[product(f"p-{n}", "P") for n in range(20)])
    boost(by="newest", weight=Decimal(1))
    stop("blue")
    for n in range(20):
        synonym(f"word{n}", "sofa")
    cost("sofa")  # what is remembered is read anew, once
    assert [cost(text) for text in ("sofa", "blue sofa")] == before == [4, 3]
