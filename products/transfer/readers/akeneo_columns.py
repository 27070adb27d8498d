"""The columns of Akeneo's product files: attribute, locale, channel and currency in one name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from products.services.prices import CURRENCIES

LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?_[A-Z]{2}")
IDENTITY = ("sku", "identifier", "uuid", "family", "parent", "categories", "groups", "enabled")
OF_MODELS = ("code", "family_variant")
PARTS = {"products", "product_models", "product_uuids", "groups"}


@dataclass(frozen=True, slots=True)
class Column:
    """What a column is about. `part`: value, unit, or of an association what it names."""

    name: str
    code: str
    part: str = "value"
    locale: str = ""  # as Akeneo writes it: de_DE
    channel: str = ""
    currency: str = ""
    is_association: bool = False
    is_quantity: bool = False


def understand(
    names: Iterable[str], types: Mapping[str, str], associations: Iterable[str]
) -> list[Column]:
    """`types` of attributes by code, as far as they are known."""
    kinds = set(associations)
    return [
        _column(name, types, kinds) for name in names if name and name.casefold() not in IDENTITY
    ]


def _column(name: str, types: Mapping[str, str], associations: set[str]) -> Column:
    code, *rest = name.split("-")
    is_association = bool(rest) and rest[0] in PARTS and code not in types
    if is_association or code in associations:
        is_quantity = rest[-1:] == ["quantity"]
        return Column(
            name, code, rest[0] if rest else "", is_association=True, is_quantity=is_quantity
        )
    part, locale, channel, currency = "value", "", "", ""
    may_be_price = types.get(code, "pim_catalog_price_collection").endswith("price_collection")
    for word in rest:
        if word == "unit":
            part = "unit"
        elif LOCALE.fullmatch(word):
            locale = word
        elif may_be_price and word in CURRENCIES:
            currency = word
        else:
            channel = word if not channel else f"{channel}-{word}"
    return Column(name, code, part, locale, channel, currency)
