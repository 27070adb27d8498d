"""Filters by attribute, and facets, are what a naive filter over the products gives."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from products.documents import build, facets
from products.services.attributes import update_attribute
from tests.products.attribute_shop import DAYS, WOODS, AttributeShop, meaning
from tests.products.factories import SYSTEM

pytestmark = pytest.mark.django_db
PRODUCTS, FACETS = "/api/v1/products", "/api/v1/products/facets"
LENGTHS = ["45 cm", "450mm", "0.5 m", "1 ft", "18 cm", "10 cm"]


@pytest.fixture
def shop(db: None) -> AttributeShop:
    return AttributeShop()


def asked(shop: AttributeShop) -> st.SearchStrategy[dict[str, list[str]]]:
    def some(*values: str) -> st.SearchStrategy[list[str]]:
        return st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)

    def one(*values: str) -> st.SearchStrategy[list[str]]:
        return st.sampled_from(values).map(lambda value: [value])

    lengths = [text.replace("mm", " mm").replace("  ", " ") for text in LENGTHS]
    optional = {
        "attributes.wood": some(*WOODS),
        "attributes.rooms": some("a", "b", "c"),
        "attributes.seats": some("0", "1", "3"),
        "attributes.seats.min": one("1", "2"),
        "attributes.score.min": one("-1.5", "0", "2.2"),
        "attributes.score.max": one("0", "2.25", "99"),
        "attributes.height": some(*lengths),
        "attributes.height.min": one(*lengths),
        "attributes.height.max": one(*lengths),
        "attributes.since.min": one(*DAYS),
        "attributes.at.max": one("2026-01-02T12:00:00Z"),
        "attributes.is_new": one("true", "false"),
        "attributes.maker": some("A, B & Sons", "Zoë=1"),
        "attributes.story.exists": one("true", "false"),
        "attributes.wood.exists": one("true", "false"),
        "attributes.size": some("S", "M"),
        "attributes.width.min": one("10 cm", "11 cm"),
        "brand": some(*(str(brand.pk) for brand in shop.brands)),
        "category": some(str(shop.root.pk), str(shop.leaf.pk)),
        "price_min": one("5", "12"),
        "price_max": one("15", "0"),
    }
    names = st.sets(st.sampled_from(sorted(optional)), max_size=4)
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries({name: optional[name] for name in sorted(chosen)})
    )


def listed(client: Any, filters: dict[str, list[str]]) -> set[str]:
    query = urlencode({**filters, "limit": 100, "fields": "id"}, doseq=True)
    answer = client.get(f"{PRODUCTS}?{query}")
    assert answer.status_code == 200, answer.content
    return {item["id"] for item in answer.json()["items"]}


def test_filters_by_attribute_are_what_a_naive_filter_gives(
    shop: AttributeShop, anonymous: Any
) -> None:
    @settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
    @given(filters=asked(shop))
    def check(filters: dict[str, list[str]]) -> None:
        means = meaning(filters)
        expected = {str(item.product.pk) for item in shop.items if means(item)}
        assert listed(anonymous, filters) == expected

    check()


def chosen(name: str, choice: dict[str, Any]) -> dict[str, list[str]]:
    """The filters that a value or a range of this facet promises."""
    if "value" in choice:
        return {name: [choice["value"]]}
    if name == "price":
        return {"price_min": [choice["min"]], "price_max": [choice["max"]]}
    return {f"{name}.min": [choice["min"]], f"{name}.max": [choice["max"]]}


def ignored(name: str, filters: dict[str, list[str]]) -> dict[str, list[str]]:
    """The filters without the facet's own."""
    own = {name, *facets.PLAIN.get(name, ()), *(f"{name}.{k}" for k in ("min", "max", "exists"))}
    return {key: value for key, value in filters.items() if key not in own}


def test_a_facet_counts_what_its_choice_would_list(shop: AttributeShop, anonymous: Any) -> None:
    seen: set[str] = set()

    @settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
    @given(filters=asked(shop))
    def check(filters: dict[str, list[str]]) -> None:
        answer = anonymous.get(f"{FACETS}?{urlencode(filters, doseq=True)}")
        assert answer.status_code == 200, answer.content
        means = meaning(filters)
        total = sum(means(item) for item in shop.items)
        assert answer.json()["total"] == {"value": total, "exact": True}
        for facet in answer.json()["facets"]:
            seen.add(facet["name"])
            assert facet["exact"]
            for choice in [*facet["values"], *facet["ranges"]]:
                if facet["name"] not in ("availability", "product_type"):
                    promised = ignored(facet["name"], filters) | chosen(facet["name"], choice)
                    means = meaning(promised)
                    count = sum(means(item) for item in shop.items)
                    assert choice["count"] == count, (facet["name"], choice)

    check()
    assert {"category", "brand", "price", "attributes.wood", "attributes.height"} <= seen
    assert "attributes.secret" not in seen


def test_every_choice_of_a_facet_lists_what_it_counts(shop: AttributeShop, anonymous: Any) -> None:
    """The same once more by asking the service, for the list without filters."""
    for facet in anonymous.get(FACETS).json()["facets"]:
        for choice in [*facet["values"], *facet["ranges"]]:
            found = listed(anonymous, chosen(facet["name"], choice))
            assert len(found) == choice["count"], (facet["name"], choice)


def test_editors_count_what_they_see(shop: AttributeShop, anonymous: Any, editor: Any) -> None:
    totals = [client.get(FACETS).json()["total"]["value"] for client in (anonymous, editor)]
    assert totals == [24, 26]
    drafts = editor.get(f"{FACETS}?status=draft&facets=brand").json()
    assert [value["count"] for value in drafts["facets"][0]["values"]] == [1, 1]


def test_facets_of_a_list_that_was_cut_say_so(
    shop: AttributeShop, anonymous: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST_CANDIDATES", 20)
    facets._statement.cache_clear()
    answer = anonymous.get(f"{FACETS}?facets=brand,availability&brand={shop.brands[0].pk}").json()
    facets._statement.cache_clear()
    assert answer["total"] == {"value": 12, "exact": True}
    assert [facet["exact"] for facet in answer["facets"]] == [False, True]


def test_facets_say_what_is_chosen_and_what_it_is_called(
    shop: AttributeShop, anonymous: Any
) -> None:
    query = f"attributes.wood=elm&category={shop.leaf.pk}"
    found = {each["name"]: each for each in anonymous.get(f"{FACETS}?{query}").json()["facets"]}
    woods = found["attributes.wood"]
    assert (woods["kind"], woods["type"], woods["label"]) == ("choice", "choice", "Wood")
    assert {v["value"]: v["is_selected"] for v in woods["values"]}["elm"] is True
    tree = {v["value"]: v for v in found["category"]["values"]}
    assert tree[str(shop.leaf.pk)]["parent"] == str(shop.root.pk)
    assert tree[str(shop.leaf.pk)]["is_selected"]
    assert not tree[str(shop.root.pk)]["is_selected"]


def test_facets_take_a_fixed_number_of_queries(
    shop: AttributeShop, anonymous: Any, django_assert_num_queries: Any
) -> None:
    anonymous.get(FACETS)
    many = f"attributes.wood=ash&attributes.seats.min=1&brand={shop.brands[1].pk}"
    for query, queries in (("", 2), (many, 3)):
        with django_assert_num_queries(queries):
            assert anonymous.get(f"{FACETS}?{query}").status_code == 200


WRONG = {
    "attributes.wod=oak": "There are: at, height, is_new, maker, rooms, score, seats, since, size",
    "attributes.secret=1": "There is no filterable attribute 'secret'.",
    "attributes.wood=pine": "There is no option 'pine'. There are: oak, ash, elm.",
    "attributes.wood.min=oak": "Only these have .min and .max",
    "attributes.story=Long": "only .exists is known",
    "attributes.height.min=5": "Give a number and a unit, such as 12.5 m. Units: m, nm",
    "attributes.height.min=5 kg": "Give a number and a unit",
    "attributes.seats=two": "Give a whole number.",
    "attributes.since.min=2026-02-30": "There is no such day.",
    "attributes.is_new=maybe": "Give true or false.",
    "attributes.wood.exists=1": "Give true or false.",
    "attributes.wood.like=oak": "Name it attributes.<code>",
    "attributes.score.min=1&attributes.score.min=2": "Give it once.",
    "attributes.wood=%20": "Give 1 to 200 characters.",
    "&".join(f"attributes.a{n}=1" for n in range(21)): "At most 20 filters by attribute.",
    "&".join(["attributes.maker=x"] * 51): "at most 50 times",
}


@pytest.mark.parametrize("address", [PRODUCTS, FACETS])
def test_what_no_attribute_knows_is_named(
    shop: AttributeShop, anonymous: Any, address: str
) -> None:
    for query, said in WRONG.items():
        answer = anonymous.get(f"{address}?{query}")
        assert answer.status_code == 400, query
        error = answer.json()["errors"][-1]
        assert said in error["detail"], (query, error)
        assert error["pointer"] == "/" + query.rpartition("&")[2].partition("=")[0]


def test_what_is_no_facet_is_named(anonymous: Any) -> None:
    for query in ("facets=colour", "limit=5", "facets=brand&facets=price", "facets="):
        answer = anonymous.get(f"{FACETS}?{query}")
        assert (answer.status_code, len(answer.json()["errors"])) == (400, 1), query


def test_an_attribute_that_becomes_filterable_is_found(shop: AttributeShop, anonymous: Any) -> None:
    secret = shop.kind.attributes.get(code="secret")
    values = {"is_filterable": True}
    update_attribute(secret.pk, values=values, expected_version=None, actor=SYSTEM)  # type: ignore[arg-type]  # plain values
    having = [item for item in shop.items if item.values]
    assert len(listed(anonymous, {"attributes.secret": ["cost 5"]})) == len(having)
    assert build.drifted([item.product.pk for item in shop.items]) == []
