"""What hypothesis may put into a product: everything that the services accept."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from products.models.measured import GRAMS, MILLIMETRES

# PostgreSQL stores neither NUL nor half of a surrogate pair, and the parser refuses both.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


def texts(most: int, *, least: int = 0) -> st.SearchStrategy[str]:
    return st.text(characters, min_size=least, max_size=most)


def words(most: int) -> st.SearchStrategy[str]:
    """Text with something to see in it."""
    return texts(most, least=1).filter(lambda text: any(c.isalnum() for c in text))


amounts = st.decimals(0, Decimal("99999999999999.9999"), places=4)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(-1e15, 1e15)
    | texts(20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(8), inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(texts(8), json_values, max_size=3)


@st.composite
def prices(draw: st.DrawFn) -> list[dict[str, Any]]:
    currencies = draw(st.lists(st.sampled_from(["USD", "EUR", "JPY"]), unique=True, max_size=3))
    pairs = [sorted(draw(st.tuples(amounts, amounts))) for _ in currencies]
    return [
        {"currency": currency, "amount": low, "compare_at": draw(st.sampled_from([None, high]))}
        for currency, (low, high) in zip(currencies, pairs, strict=True)
    ]


measures = st.decimals(0, Decimal("999999999.999999"), places=6)
weights = st.fixed_dictionaries({"value": measures, "unit": st.sampled_from(list(GRAMS))})
dimensions = st.fixed_dictionaries(
    {
        **dict.fromkeys(("length", "width", "height"), measures),
        "unit": st.sampled_from(list(MILLIMETRES)),
    }
)


BACKORDERS = [
    {"backorder_policy": "deny", "backorder_limit": 0},
    {"backorder_policy": "allow", "backorder_limit": 0},
    {"backorder_policy": "limit", "backorder_limit": 2},
]


@st.composite
def variants(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to four variants that differ in their options."""
    names = draw(st.lists(words(8), unique=True, min_size=1, max_size=3))
    choices = st.dictionaries(st.sampled_from(names), words(6), max_size=len(names))
    different = st.lists(choices, max_size=4, unique_by=lambda each: tuple(sorted(each.items())))
    return [
        {
            "sku": None,
            "gtin": draw(st.sampled_from([None, "4006381333931", "73513537"])),
            "mpn": draw(st.none() | words(20).map(str.strip)),
            "status": draw(st.sampled_from(["active", "active", "draft", "discontinued"])),
            "track_inventory": draw(st.booleans()),
            **draw(st.sampled_from(BACKORDERS)),
            "weight": draw(st.none() | weights),
            "dimensions": draw(st.none() | dimensions),
            "options": options,
            "prices": draw(prices()),
            "metadata": draw(json_objects),
            "position": draw(st.integers(0, 5)),
        }
        for options in draw(different)
    ]


shares = st.floats(0, 1)
media = st.lists(
    st.fixed_dictionaries(
        {
            "url": st.from_regex(r"\Ahttps://images\.example/[a-z]{1,12}\.png\Z"),
            "alt": texts(20),
            "position": st.integers(0, 5),
            "kind": st.sampled_from(["image", "video", "document", "external_video"]),
            "focal_point": st.none() | st.fixed_dictionaries({"x": shares, "y": shares}),
        }
    ),
    max_size=3,
    unique_by=lambda each: each["url"],
)
# The fields of a product without its references.
_plain_products: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "name": words(40),
        "description": texts(60),
        "status": st.sampled_from(["draft", "published"]),
        "tags": st.lists(words(8).map(str.strip), max_size=4),
        "metadata": json_objects,
        "seo_title": texts(20),
        "seo_description": texts(20),
        "variants": variants(),
        "media": media,
    }
)


@st.composite
def _products(draw: st.DrawFn) -> dict[str, Any]:
    """Some of the media, in some order, show each variant."""
    values = draw(_plain_products)
    urls = [each["url"] for each in values["media"]]
    for variant in values["variants"]:
        shuffled = draw(st.permutations(urls))
        variant["media"] = shuffled[: draw(st.integers(0, len(urls)))]
    return values


product_values = _products()
