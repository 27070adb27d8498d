"""Links between the pages: the same list with something added, changed or taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.http import QueryDict

from products.api.product_filters import FILTERS, FOR_EDITORS
from products.documents.conditions import ATTRIBUTES

# What the page reads of its address; other parameters, such as those of campaigns, it leaves alone.
VIEW = ("channel", "locale")
FILTER_NAMES = tuple(name for name in FILTERS if name not in {*FOR_EDITORS, "external_id", "q"})
PRICES = {"price_min", "price_max"}  # one thing to shoppers
OF_SEARCH = ("q", "correct", "cursor", *VIEW)  # and filters; it has an order of its own
OF_LISTS = ("ordering", "cursor", *VIEW)
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """That of a list. An empty parameter, as forms send it, is none."""

    parameters: Mapping[str, Values]

    @classmethod
    def of(cls, query: QueryDict) -> "Address":
        known = OF_SEARCH if query.get("q", "").strip() else OF_LISTS
        found = {name: _given(query, name) for name in query if name in known or is_filter(name)}
        for name in PRICES & found.keys():  # as many people write decimals
            found[name] = tuple(value.replace(",", ".") for value in found[name])
        return cls({name: values for name, values in found.items() if values})

    def get(self, name: str) -> str | None:
        values = self.parameters.get(name)
        return values[0] if values else None

    @property
    def filters(self) -> dict[str, Values]:
        return {name: each for name, each in self.parameters.items() if is_filter(name)}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, each in self.parameters.items() for value in each]

    def only(self, *names: str) -> "Address":
        return Address({name: each for name, each in self.parameters.items() if name in names})

    def without(self, *names: str) -> "Address":
        return Address({name: each for name, each in self.parameters.items() if name not in names})

    def changed(self, **changes: str | Iterable[str] | None) -> str:
        """The link to this list with these parameters; None takes one away. It leads to the first
        page, unless a cursor is named."""
        return link({**self.without("cursor").parameters, **changes})

    def toggled(self, name: str, value: str) -> str:
        """The link to the list with this value among those of a filter, or without it."""
        values = self.parameters.get(name, ())
        others = [each for each in values if each != value]
        return self.changed(**{name: others if value in values else [*values, value]})

    def product(self, slug: str, **parameters: str) -> str:
        """The link to a product, in the same channel and locale."""
        return link({**self.only(*VIEW).parameters, **parameters}, product_path(slug))


def is_filter(name: str) -> bool:
    return name in FILTER_NAMES or name.startswith(ATTRIBUTES)


def product_path(slug: str) -> str:
    return f"/products/{quote(slug, safe='')}"


def link(parameters: Mapping[str, str | Iterable[str] | None], path: str = "/") -> str:
    """Parameters in the order of their names: the same list has one address."""
    query = urlencode(
        [(name, parameters[name]) for name in sorted(parameters) if parameters[name]], doseq=True
    )
    return f"{path}?{query}" if query else path


def _given(query: QueryDict, name: str) -> Values:
    return tuple(dict.fromkeys(text.strip() for text in query.getlist(name) if text.strip()))
