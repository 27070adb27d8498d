"""Rules of channels and locales."""

from catalog_project.errors import DomainError
from products.errors.general import CodeTaken, Constraints, InvalidValue, SlugTaken


class ViewNotReady(DomainError):
    """A channel has been given a locale, and its documents are still being made."""

    status = 503
    code = "view-not-ready"
    title = "The channel is not ready in this locale"
    remedy = "Repeat the request after the seconds in the Retry-After header."


CONSTRAINTS: Constraints = {
    "document_slug_once": (
        SlugTaken,
        "Another product has this slug in one of the channels' locales: choose another.",
        None,
    ),
    "products_channel_slug_key": (SlugTaken, "Choose another slug.", "/slug"),
    "products_locale_code_key": (CodeTaken, "Choose another code.", "/code"),
    "channel_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
    "channel_currency_code": (InvalidValue, "Give an ISO 4217 code, such as EUR.", "/currency"),
    "locale_code_form": (
        InvalidValue,
        "Give a language, and perhaps a script and a region (BCP 47): de, zh-Hant, pt-BR.",
        "/code",
    ),
    "locale_default_has_no_fallback": (
        InvalidValue,
        "The default locale is what all others fall back to in the end.",
        "/fallback",
    ),
    "listing_window_order": (
        InvalidValue,
        "unpublish_at must be later than publish_at.",
        "/channels",
    ),
    "locale_not_its_own_fallback": (InvalidValue, "Choose another locale.", "/fallback"),
}
