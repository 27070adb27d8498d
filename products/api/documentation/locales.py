"""What the OpenAPI document says about locales."""

from typing import Any

from products.api.documentation.attributes import ACCEPT_LOSS
from products.api.documentation.nouns import operations
from products.api.locales import LocaleInput, LocalePatch, LocaleResponse

LOCALE: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e0a",
    "code": "de-CH",
    "name": "German (Switzerland)",
    "fallback": "de",
    "stop_words": ["sowie"],
    "is_default": False,
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
OPERATIONS = operations(
    "locale",
    "locales",
    shapes=(LocaleInput, LocalePatch, LocaleResponse),
    example=LOCALE,
    body={
        "code": "de-CH",
        "name": "German (Switzerland)",
        "fallback": "de",
        "stop_words": ["sowie"],
    },
    key="code",
    change={"name": "Swiss German"},
    emptied="the fallback and the stop words",
    deletion="Refused (409) for the default locale, while a channel shows it or another locale "
    "falls back to it, or synonyms or curations are kept for it, and while there are texts or "
    "values in it, unless `accept_loss`.",
    delete_consent=(ACCEPT_LOSS,),
)
