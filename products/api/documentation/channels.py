"""What the OpenAPI document says about channels."""

from typing import Any

from products.api.channels import ChannelInput, ChannelPatch, ChannelReplace, ChannelResponse
from products.api.documentation.attributes import ACCEPT_LOSS
from products.api.documentation.nouns import operations

CHANNEL: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e09",
    "slug": "europe",
    "name": "Europe",
    "currency": "EUR",
    "locales": ["en", "de"],
    "boost": {"by": "newest", "weight": "0.30", "half_at": "30.00"},
    "is_default": False,
    "is_printed": True,
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
OPERATIONS = operations(
    "channel",
    "channels",
    shapes=(ChannelInput, ChannelPatch, ChannelResponse),
    replaced=ChannelReplace,
    example=CHANNEL,
    body={"slug": "europe", "name": "Europe", "currency": "EUR", "locales": ["en", "de"]},
    change={"name": "European Union"},
    emptied="the currency and the boost",
    deletion="Refused (409) for the default channel, while price lists or curations are for it, "
    "and while values of attributes are kept under it, unless `accept_loss`.",
    delete_consent=(ACCEPT_LOSS,),
)
