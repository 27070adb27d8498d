"""Parameters of a read that choose how it is shown, not what is in it."""

from typing import Any

VIEW_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "channel",
        "in": "query",
        "description": "The slug of a channel; left out, the default one.",
        "schema": {"type": "string", "pattern": r"^[^\s/?#%&]+$"},
    },
    {
        "name": "locale",
        "in": "query",
        "description": "The code of one of the channel's locales; left out, `Accept-Language` "
        "chooses among them, else the first one answers.",
        "schema": {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4}){0,2}$"},
    },
]
CORRECT_PARAMETER: dict[str, Any] = {
    "name": "correct",
    "in": "query",
    "description": "With `q`. False: look for the words as they are written, whether there are any "
    "or not.",
    "schema": {"type": "boolean", "default": True},
}
PRICE_PARAMETER: dict[str, Any] = {
    "name": "price_as_of",
    "in": "query",
    "description": "Show the prices of this instant, within ten years. What is listed is what "
    "is listed now; it does not go with filters and orders by price. The future is for "
    "callers with a role.",
    "schema": {"type": "string", "format": "date-time"},
}
