"""What search finds, in which order, and how soon: small worlds whose answer is known."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from products.documents.listing import Listing
from products.search.query import Query, read_query
from products.search.results import read_results
from products.services.products import (
    archive_product,
    delete_product,
    unpublish_product,
    update_product,
)
from products.services.search_statistics import count_words
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ProductFactory,
    ProductTypeFactory,
)

pytestmark = pytest.mark.django_db


def asked(text: str, **more: Any) -> Query:
    return read_query(text, **{"view": 1, "visible_only": True, **more})


def found(text: str, *, visible_only: bool = True, limit: int = 100, **more: Any) -> list[str]:
    """The slugs of what is found, the best first."""
    query = asked(text, visible_only=visible_only, **more)
    results = read_results(query, Listing(visible_only=visible_only, fields=("slug",)), limit=limit)
    return [body.decode().removeprefix('{"slug":"').removesuffix('"}') for body in results.bodies]


def product(slug: str, name: str, description: str = "", **more: Any) -> Any:
    return ProductFactory.create(
        slug=slug, name=name, description=description, variants=more.pop("variants", [{}]), **more
    )


def test_rare_words_and_better_places_come_first() -> None:
    product("in-text", "Tray", "It carries a kettle.")
    product("in-tags", "Stand", tags=["kettle"])
    product("in-category", "Lid", categories=[CategoryFactory.create(name="Kettle")])
    product("in-name", "Kettle")
    for n in range(9):
        product(f"common-{n}", "Steel bowl")
    product("rare", "Oak bowl")
    count_words()
    assert found("kettle")[:2] == ["in-name", "in-category"]
    assert set(found("kettle")[2:]) == {"in-tags", "in-text"}
    assert found("kettles") == found("KETTLE") == found("kettle")
    # Both have one of the words; the rare one counts for more.
    assert found("oak steel")[0] == "rare"
    assert len(found("oak steel")) == 10


def test_products_with_all_words_come_before_those_with_half_of_them() -> None:
    product("both", "Basket", "For a bicycle.")
    product("one", "Bicycle")
    product("none", "Umbrella")
    assert found("bicycle basket") == ["both", "one"]
    product("sunshade", "Sunshade")
    assert found("umbrella bicycle basket sunshade") == ["both"]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("KB-100", ["board"]),
        ("kb-100", ["board"]),
        ("KB-1", ["other-board", "board"]),
        ("400638133393", ["pen"]),
        ("4006381333931", ["pen"]),
        ("04006381333931", ["pen"]),
        ("4006 3813 33931", ["pen"]),
        ("wt/7", ["pen"]),
        ("other-boa", ["other-board"]),
        ("KB_1", []),
        ("KB%", []),
    ],
)
def test_codes_and_their_beginnings_are_found_first(text: str, slugs: list[str]) -> None:
    product("board", "Keyboard", variants=[{"sku": "KB-100"}])
    product("other-board", "Keyboard", variants=[{"sku": "KB-1000"}])
    product("pen", "Pen", variants=[{"gtin": "4006381333931", "mpn": "WT/77"}])
    product("wordy", "Pens of KB 100", "wt 7")
    assert [slug for slug in found(text) if slug != "wordy"][: len(slugs)] == slugs


def test_a_shopper_finds_no_product_by_a_variant_that_is_not_active() -> None:
    hidden = {"sku": "DRAFT-9", "status": "draft", "mpn": "D-9"}
    product("cup", "Cup", variants=[hidden])
    assert found("DRAFT-9") == found("D-9") == []
    assert found("DRAFT-9", visible_only=False) == ["cup"]


def test_a_product_is_found_at_once_and_never_after_a_rollback() -> None:
    made = product("one", "Lamp")
    assert found("lamp") == ["one"]
    update_product(
        made.pk, values={"name": "Lantern"}, expected_version=None, may_publish=False, actor=SYSTEM
    )
    assert found("lamp") == []
    assert found("lanterns") == ["one"]
    with transaction.atomic():
        product("two", "Torch")
        assert found("torch") == ["two"]
        transaction.set_rollback(True)
    assert found("torch") == []
    delete_product(made.pk, expected_version=None, actor=SYSTEM)
    assert found("lantern") == []


def test_a_typing_error_is_corrected_and_said_so() -> None:
    product("chair", "Wooden chair")
    product("chain", "Chain")
    count_words()
    assert found("chiar") == ["chair"]
    query = asked("woden chiar")
    assert query.words == ("wooden", "chair")
    assert [(each.written, each.meant) for each in query.corrections] == [
        ("woden", "wooden"),
        ("chiar", "chair"),
    ]
    assert found("chiar", correct=False) == []
    # A word that somebody has is right, however rare it is and whether it was counted or not.
    product("chair-2", "Chiar")
    assert found("chiar") == ["chair-2"]


@pytest.mark.parametrize("how", ["draft", "archived", "window", "counted-before"])
def test_nothing_of_a_hidden_product_is_told(how: str) -> None:
    """Not found, not counted, and its words correct nobody's."""
    product("shown", "Teapot")
    secret = product("secret", "Zanzibar teapot", variants=[{"sku": "SECRET-1"}])
    if how == "counted-before":
        count_words()
        assert found("zanzibr") == ["secret"]
    if how == "archived":
        archive_product(secret.pk, expected_version=None, actor=SYSTEM)
    elif how == "window":
        gone: Any = {"unpublish_at": timezone.now() - timedelta(days=1)}
        update_product(
            secret.pk, values=gone, expected_version=None, may_publish=True, actor=SYSTEM
        )
    else:
        unpublish_product(secret.pk, expected_version=None, actor=SYSTEM)
    if how != "counted-before":
        count_words()
    for text in ("zanzibar", "zanzibr", "SECRET-1", "secret"):
        assert found(text) == []
        assert asked(text).corrections == ()
    assert found("teapot") == ["shown"]
    results = read_results(asked("teapot"), Listing(), limit=10)
    assert (results.total, results.is_exact) == (1, True)
    assert found("zanzibar", visible_only=False) == ["secret"]


def test_attributes_are_searched_where_they_say_so() -> None:
    shade = AttributeFactory.create(
        code="shade", type="choice", options=["crimson"], is_searchable=True
    )
    motor = AttributeFactory.create(code="motor", is_searchable=True)
    note = AttributeFactory.create(code="note")
    kind = ProductTypeFactory.create(
        name="Appliance", attributes=[shade, note], variant_attributes=[motor]
    )
    product(
        "mixer",
        "Mixer",
        brand=BrandFactory.create(name="Ölwerk"),
        product_type=kind,
        attributes={"shade": "crimson", "note": "internal"},
        variants=[{"attributes": {"motor": "brushless"}}],
    )
    assert found("crimson") == found("brushless") == found("olwerk") == found("appliances")
    assert found("crimson") == ["mixer"]
    assert found("internal") == []


@pytest.mark.parametrize(
    "text", ["the", "...", "' | ! & <-> :*", "~1p", "=kettle", "\\", "'", "日"]
)
def test_words_that_mean_something_to_the_index_mean_nothing_in_a_query(text: str) -> None:
    product("kettle", "Kettle")
    assert found(text) in ([], ["kettle"] if "kettle" in text else [])
