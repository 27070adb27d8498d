"""Names and values of options in other locales, among the translations of a product.

Each stands under the RFC 6901 pointer of what it translates: options/Color, options/Color/Red. The
variants keep the names and values that they have: programs choose by them in every locale.
"""

from typing import Any

from catalog_project.api.pointers import escape
from products.documents.variants import OPTION_TEXTS
from products.errors import InvalidValue
from products.models import Product
from products.services.values import Translations

LONGEST = 255


def ensure_option_text(name: str, text: object, pointer: str) -> None:
    """Raises InvalidValue."""
    steps = name.split("/")[1:]
    if len(steps) > 2 or not all(map(str.strip, steps)):
        raise InvalidValue(
            "Name an option as options/Color, one of its values as options/Color/Red; write ~1 for"
            " / and ~0 for ~ in a name.",
            pointer=pointer,
        )
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise InvalidValue(f"Give a text of 1 to {LONGEST} characters.", pointer=pointer)


def ensure_known_options(product: Product, before: Translations) -> None:
    """What is new names an option that the product has. Raises InvalidValue."""
    known = {escape(name) for name in product.option_names}
    for locale, texts in product.translations.items():
        for name in texts.keys() - before.get(locale, {}).keys():
            if name.startswith(OPTION_TEXTS) and name.split("/")[1] not in known:
                raise InvalidValue(
                    f"The product has no such option. There are: {_listed(product)}.",
                    pointer=f"/translations/{escape(locale)}/{escape(name)}",
                )


def _listed(product: Any) -> str:
    return ", ".join(map(repr, product.option_names[:10])) or "none"
