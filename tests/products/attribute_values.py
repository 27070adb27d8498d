"""What hypothesis may give an attribute: for each type an attribute, and values that it accepts."""

from typing import Any

from hypothesis import strategies as st

from products.models.units import DIMENSIONS
from tests.products.strategies import json_values, texts

OPTIONS = ["zinc", "oak", "steel", "Größe/1"]
# One attribute of each type, in a type's order, with whatever that type needs.
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "text": {},
    "long_text": {},
    "integer": {},
    "decimal": {},
    "boolean": {},
    "date": {},
    "datetime": {},
    "colour": {},
    "choice": {"options": OPTIONS},
    "multi_choice": {"options": OPTIONS},
    "measurement": {"dimension": "length"},
    "url": {},
    "json": {},
}
visible = texts(40, least=1).filter(str.strip)
decimals = st.decimals(-(10**12), 10**12, places=6).map(lambda number: f"{number.normalize():f}")
decimals = decimals.map(lambda text: "0" if text == "-0" else text)
hexadecimal = st.text("0123456789abcdef", min_size=6, max_size=6)
prose = st.text("abcxyz äß,.!-\n", min_size=1, max_size=20).filter(str.strip)
paragraphs = st.lists(
    st.sampled_from(["p", "strong", "em", "li"]).flatmap(
        lambda tag: prose.map(lambda text: f"<{tag}>{text}</{tag}>")
    ),
    min_size=1,
    max_size=3,
).map("".join)
# In the form in which they are stored, so that they must come back as they are.
ACCEPTED: dict[str, st.SearchStrategy[Any]] = {
    "text": visible,
    "long_text": prose | paragraphs,
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "decimal": decimals,
    "boolean": st.booleans(),
    "date": st.dates().map(lambda day: day.isoformat()),
    "datetime": st.datetimes().map(lambda at: f"{at.year:04}-{at:%m-%dT%H:%M:%S.%fZ}"),
    "colour": hexadecimal.map(lambda digits: f"#{digits}"),
    "choice": st.sampled_from(OPTIONS),
    # The order of the options.
    "multi_choice": st.sets(st.sampled_from(OPTIONS), min_size=1).map(
        lambda codes: sorted(codes, key=OPTIONS.index)
    ),
    "measurement": st.fixed_dictionaries(
        {"value": decimals, "unit": st.sampled_from(sorted(DIMENSIONS["length"]))}
    ),
    "url": st.from_regex(r"\Ahttps?://[a-z]{1,10}\.example/[a-z0-9/?=&-]{0,20}\Z"),
    "json": json_values.filter(lambda value: value is not None),
}
# Whatever a caller may send.
anything = st.one_of(json_values, *ACCEPTED.values())
