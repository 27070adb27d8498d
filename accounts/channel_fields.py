"""A field of forms in the admin: the channels that a user or a key is limited to."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.channel_limits import channel_names

EVERY = "None of them means every one."


class ChannelsField(forms.TypedMultipleChoiceField):
    """A box per channel; the value is a list of ids."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(
            coerce=UUID, required=False, choices=_choices, **{"help_text": EVERY, **options}
        )

    def keep(self, keys: Collection[UUID]) -> None:
        """Offer these, too, although they are gone: a limit whose last channel was deleted must
        not become no limit by the way."""
        known = _choices()
        gone = sorted({str(key) for key in keys} - {key for key, _ in known})
        self.choices = [*known, *((key, f"{key} (deleted)") for key in gone)]


def _choices() -> list[tuple[str, str]]:
    return [(str(key), slug) for key, slug in channel_names().items()]
