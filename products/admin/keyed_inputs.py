"""An attribute that has a value per channel, per locale or both: an input for each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog_project.api.pointers import unescape
from products.models import Attribute, Channel, Locale

PREFIX = "attribute__"
BETWEEN = "."  # stands in no code of an attribute or locale, and in no slug
# A page with more inputs is none: further locales and channels are left out, and it says so.
MOST_KEYED = 800


@dataclass(frozen=True)
class Places:
    """The channels and locales that the page has inputs for; the default locale comes first."""

    channels: Sequence[Channel] = ()
    locales: Sequence[Locale] = ()
    left_out: int = 0  # channels and locales

    def of(self, attribute: Attribute) -> Iterator["Place"]:
        """Where it has values; once, without a key, where it has one value."""
        for channel in self.channels if attribute.is_per_channel else (None,):
            for locale in self.locales if attribute.is_localizable else (None,):
                yield Place(attribute.code, channel, locale)


@dataclass(frozen=True)
class Place:
    code: str
    channel: Channel | None = None
    locale: Locale | None = None
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        given = (self.channel and self.channel.slug, self.locale and self.locale.code)
        object.__setattr__(self, "keys", tuple(key for key in given if key))

    @property
    def name(self) -> str:
        return PREFIX + BETWEEN.join((self.code, *self.keys))

    @property
    def tab(self) -> str:
        """The locale on whose tab it stands; "" on the first page."""
        return "" if self.locale is None or self.locale.is_default else self.locale.code

    def value_in(self, values: Mapping[str, Any]) -> Any:
        value: Any = values.get(self.code)
        for key in self.keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value


def places_for(attributes: Sequence[Attribute], locales: Sequence[Locale]) -> Places:
    """As many channels and locales as the page has room for."""
    is_per_channel = any(each.is_per_channel for each in attributes)
    channels = list(Channel.objects.order_by("slug")) if is_per_channel else []
    shown = list(locales)
    left_out = 0
    while sum(_count(each, len(channels), len(shown)) for each in attributes) > MOST_KEYED:
        longer = channels if len(channels) > len(shown) else shown
        if len(longer) < 2:
            break
        longer.pop()
        left_out += 1
    return Places(channels, shown, left_out)


def _count(attribute: Attribute, channels: int, locales: int) -> int:
    per_channel = channels if attribute.is_per_channel else 1
    per_locale = locales if attribute.is_localizable else 1
    return per_channel * per_locale if per_channel * per_locale > 1 else 0


def with_value(stored: Any, keys: Sequence[str], value: Any) -> Any:
    """What is stored of an attribute, with this value under the keys. None: nothing is left."""
    if not keys:
        return value
    first, *rest = keys
    inner = dict(stored) if isinstance(stored, dict) else {}
    below = with_value(inner.get(first), rest, value)
    if below is None:
        inner.pop(first, None)
    else:
        inner[first] = below
    return inner or None


def changed_values(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changed inputs (name -> value, None where one was emptied) as code -> whole value."""
    whole: dict[str, Any] = {}
    for name, value in changes.items():
        code, *keys = name.removeprefix(PREFIX).split(BETWEEN)
        whole[code] = with_value(whole.get(code, stored.get(code)), keys, value)
    return whole


def input_at(pointer: str, names: Mapping[str, Any]) -> str:
    """The input that a pointer below /attributes means: /attributes/slogan/de/0."""
    parts = [unescape(part) for part in pointer.split("/")[2:]]
    for end in range(len(parts), 0, -1):
        name = PREFIX + BETWEEN.join(parts[:end])
        if name in names:
            return name
    below = f"{PREFIX}{parts[0]}{BETWEEN}" if parts else ""
    return next((name for name in names if below and name.startswith(below)), "")
