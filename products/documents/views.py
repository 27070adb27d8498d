"""The pairs of channel and locale that can be read, by name, without asking for each read.

Every process keeps a map of them, and with it the stamp that the database had when it was read.
Whatever changes channels, locales or pairs writes a new stamp in its transaction. So a read never
answers from an old map without noticing:

- Reads of documents bring the stamp along in their own statement. Another one than the map's means
  that the names may have changed: the map is forgotten and the caller resolves them again. A read
  that found nothing brings no stamp, so in any but the default view it asks for it.
- All other reads of a view that is not the default ask for the stamp before they begin.
- A name that the map does not know makes it be read again before it is refused.

The default view needs less: it is pair 1 for ever, and no other name leads to it by mistake. Only
what its channel and locale are called can be as old as the process's last read of a document.

The number of a pair is never given to another one, and a pair never becomes another channel or
locale while there is a document: what a statement with a number in it reads is what it says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from catalog_project.ops.statements import fetch
from products.documents.attributes import LOCALES
from products.models.channels import DEFAULT_VIEW

# Read with every document; one row, so it costs a few microseconds of a read.
STAMP = "(SELECT stamp FROM products_viewstamp)"
ALL_VIEWS = f"""
    SELECT pair.id, channel.slug, locale.code, pair.is_printed::int, channel.id,
           array_to_string({LOCALES}, ' '), {STAMP}
      FROM products_channellocale pair
      JOIN products_channel channel ON channel.id = pair.channel_id
      JOIN products_locale locale ON locale.id = pair.locale_id
     ORDER BY channel.slug, pair.position
"""


@dataclass(frozen=True, slots=True)
class View:
    number: int
    channel: str
    locale: str
    chain: tuple[str, ...]  # the locale, its fallbacks, and the default locale at last
    is_printed: bool = True
    channel_id: UUID | None = None

    @property
    def is_default(self) -> bool:
        return self.number == DEFAULT_VIEW


@dataclass(frozen=True, slots=True)
class Views:
    """What there is to read. `channels` are by slug, each with its views in order."""

    stamp: bytes | None
    default: View
    channels: Mapping[str, tuple[View, ...]] = field(default_factory=dict)


class ViewsChanged(Exception):
    """The map that a read was resolved with is older than the database."""


class Memory:
    """What this process knows: one reference, so that threads see the old map or the new one."""

    views: Views | None = None


def known() -> Views:
    """The map as this process has it."""
    return Memory.views or read_again()


def read_again() -> Views:
    """The map as the database has it."""
    channels: dict[str, list[View]] = {}
    default: View | None = None
    stamp = None
    for row in fetch(ALL_VIEWS, []):
        number, channel, locale, is_printed, key, chain = (
            part.decode() for part in row[:6] if part
        )
        chained = tuple(chain.split(" "))
        view = View(int(number), channel, locale, chained, is_printed == "1", UUID(key))
        channels.setdefault(channel, []).append(view)
        stamp = row[6]
        if view.is_default:
            default = view
    assert default is not None, "migrate makes the default pair, and nobody can remove it"
    fresh = Views(stamp, default, {slug: tuple(views) for slug, views in channels.items()})
    Memory.views = fresh
    return fresh


def ensure_current(stamp: bytes | None) -> None:
    """Raises ViewsChanged where this stamp, just read, is not the one of the map."""
    if Memory.views is not None and Memory.views.stamp != stamp:
        Memory.views = None
        raise ViewsChanged


def ensure_current_now() -> None:
    """The same, for reads that bring no stamp along. One query."""
    rows = fetch(f"SELECT {STAMP}", [])
    ensure_current(rows[0][0])
