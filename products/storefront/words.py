"""What the pages themselves say, in the languages that we write; elsewhere it is English."""

from collections.abc import Mapping

from django.utils.html import format_html

from products.storefront.money import written

ENGLISH: Mapping[str, str] = {
    "catalog": "Catalog",
    "skip": "Skip to the content",
    "search": "Search",
    "search_products": "Search products",
    "suggestions": "Suggestions",
    "all_products": "All products",
    "category": "Category",
    "categories": "Categories",
    "filters": "Filters",
    "show_filters": "Filter",
    "close": "Close",
    "brand": "Brand",
    "price": "Price",
    "price_from": "from",
    "lowest": "Lowest price",
    "highest": "Highest price",
    "apply": "Apply",
    "availability": "Availability",
    "in_stock": "In stock",
    "backorder": "On backorder",
    "out_of_stock": "Out of stock",
    "order": "Order",
    "-created_at": "Newest",
    "relevance": "Best match",
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "cheapest": "Price, low to high",
    "dearest": "Price, high to low",
    "remove": "Remove filter",
    "remove_all": "Remove all filters",
    "next": "Next",
    "previous": "Previous",
    "first_page": "First page",
    "product_type": "Kind",
    "more": "More",
    "pages": "Pages",
    "one_product": "1 product",
    "many_products": "{} products",
    "more_products": "more than {} products",
    "no_products": "There are no products yet",
    "no_products_hint": "Products appear here as soon as they are published.",
    "nothing_found": "Nothing fits",
    "nothing_found_hint": "Try fewer or other words, or take a filter away.",
    "corrected": "Shown for",
    "search_instead": "Search instead for",
    "you_are_here": "You are here",
    "pictures": "Pictures",
    "no_picture": "No picture",
    "description": "Description",
    "attributes": "Details",
    "variants": "Variants",
    "variants_shown": "{} of {} variants",
    "more_variants": "More variants",
    "first_variants": "First variants",
    "documents": "Documents",
    "sku": "Article number",
    "no_price": "Price on request",
    "was": "instead of",
    "yes": "Yes",
    "no": "No",
    "show": "Show",
    "languages": "Languages",
    "for_developers": "For developers",
    "api_docs": "API documentation",
    "this_as_json": "This page as JSON",
    "for_staff": "For staff",
    "request": "Request",
    "needs_login": "This catalog is not public",
    "needs_login_hint": "Staff sign in to the admin; programs send a token to the API.",
    "sign_in": "Sign in",
    "not_here": "There is no such product",
    "not_here_hint": "It may have been renamed or is no longer offered. Search for it, or look at"
    " all products.",
    "wrong_address": "This address cannot be read",
    "unavailable": "The catalog does not answer right now",
    "unavailable_hint": "Please try again in a moment.",
}
GERMAN: Mapping[str, str] = {
    "catalog": "Katalog",
    "skip": "Zum Inhalt",
    "search": "Suchen",
    "search_products": "Produkte suchen",
    "suggestions": "Vorschläge",
    "all_products": "Alle Produkte",
    "category": "Kategorie",
    "categories": "Kategorien",
    "filters": "Filter",
    "show_filters": "Filtern",
    "close": "Schließen",
    "brand": "Marke",
    "price": "Preis",
    "price_from": "ab",
    "lowest": "Niedrigster Preis",
    "highest": "Höchster Preis",
    "apply": "Anwenden",
    "availability": "Verfügbarkeit",
    "in_stock": "Auf Lager",
    "backorder": "Auf Bestellung",
    "out_of_stock": "Nicht auf Lager",
    "order": "Reihenfolge",
    "-created_at": "Neueste",
    "relevance": "Beste Treffer",
    "name": "Name, A bis Z",
    "-name": "Name, Z bis A",
    "cheapest": "Preis aufsteigend",
    "dearest": "Preis absteigend",
    "remove": "Filter entfernen",
    "remove_all": "Alle Filter entfernen",
    "next": "Weiter",
    "previous": "Zurück",
    "first_page": "Erste Seite",
    "product_type": "Art",
    "more": "Mehr",
    "pages": "Seiten",
    "one_product": "1 Produkt",
    "many_products": "{} Produkte",
    "more_products": "mehr als {} Produkte",
    "no_products": "Es gibt noch keine Produkte",
    "no_products_hint": "Produkte erscheinen hier, sobald sie veröffentlicht sind.",
    "nothing_found": "Nichts gefunden",
    "nothing_found_hint": "Versuchen Sie weniger oder andere Wörter, oder entfernen Sie einen"
    " Filter.",
    "corrected": "Gesucht wurde nach",
    "search_instead": "Stattdessen suchen nach",
    "you_are_here": "Sie sind hier",
    "pictures": "Bilder",
    "no_picture": "Kein Bild",
    "description": "Beschreibung",
    "attributes": "Einzelheiten",
    "variants": "Varianten",
    "variants_shown": "{} von {} Varianten",
    "more_variants": "Weitere Varianten",
    "first_variants": "Erste Varianten",
    "documents": "Dokumente",
    "sku": "Artikelnummer",
    "no_price": "Preis auf Anfrage",
    "was": "statt",
    "yes": "Ja",
    "no": "Nein",
    "show": "Ansehen",
    "languages": "Sprachen",
    "for_developers": "Für Entwickler",
    "api_docs": "Dokumentation der API",
    "this_as_json": "Diese Seite als JSON",
    "for_staff": "Für Mitarbeiter",
    "request": "Anfrage",
    "needs_login": "Dieser Katalog ist nicht öffentlich",
    "needs_login_hint": "Mitarbeiter melden sich im Admin an; Programme senden der API ein Token.",
    "sign_in": "Anmelden",
    "not_here": "Dieses Produkt gibt es nicht",
    "not_here_hint": "Vielleicht heißt es jetzt anders oder wird nicht mehr angeboten. Suchen Sie"
    " danach, oder sehen Sie alle Produkte an.",
    "wrong_address": "Diese Adresse ist nicht lesbar",
    "unavailable": "Der Katalog antwortet gerade nicht",
    "unavailable_hint": "Bitte versuchen Sie es gleich noch einmal.",
}
LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "de": GERMAN}
# By language or by script (RFC 5646).
RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi", "arab", "hebr"}


def direction(locale: str) -> str:
    """`rtl` or `ltr`, as HTML has it."""
    return "rtl" if set(locale.lower().split("-")) & RIGHT_TO_LEFT else "ltr"


class Words:
    """`words["search"]`: the text, marked as English where the page is in another language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        own = LANGUAGES.get(locale.partition("-")[0].lower())
        self.plain = own or ENGLISH  # for attributes, which cannot be marked
        self.is_own = own is not None

    def __getitem__(self, name: str) -> str:
        return self._marked(self.plain[name])

    def english(self, text: str) -> str:
        """A sentence of the API, which is in English wherever it is read."""
        return text if self.plain is ENGLISH and self.is_own else _in_english(text)

    def _marked(self, text: str) -> str:
        return text if self.is_own else _in_english(text)

    def filled(self, name: str, *numbers: int) -> str:
        """With numbers in it, as the locale writes them."""
        texts = (written(str(number), self.locale) for number in numbers)
        return self._marked(self.plain[name].format(*texts))

    def count(self, number: int, *, is_exact: bool) -> str:
        if number == 1 and is_exact:
            return self["one_product"]
        return self.filled("many_products" if is_exact else "more_products", number)


def _in_english(text: str) -> str:
    return format_html('<span lang="en" dir="ltr">{}</span>', text)
