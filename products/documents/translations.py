"""What documents print of texts that have translations.

Fragments of the statement in `build`: `view.locales` is the locale of the view, then its fallbacks.
The row's own text is the one of the default locale, which is last in every chain.
"""

from products.documents.attributes import translated


def text_of(row: str, name: str) -> str:
    """This text of the row, in the first locale of the view that has it."""
    return translated(f"{row}.translations", name, f"{row}.{name}")


# Their own statement each, so that a long chain of fallbacks is followed once per text and product.
PRODUCT_TEXTS = ("slug", "name", "description", "seo_title", "seo_description")
TEXTS = ", ".join(f"{text_of('p', name)} AS {name}" for name in PRODUCT_TEXTS)
