"""In which channel and locale an answer is: `?channel=`, `?locale=`, `Accept-Language`."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from django.utils.cache import patch_vary_headers
from rest_framework import serializers

from accounts.channel_limits import channels_of, ensure_channel, forbidden
from catalog_project.api.serializers import did_you_mean
from products.documents import views
from products.documents.views import View, ViewsChanged
from products.errors import ViewNotReady
from products.models.channels import DEFAULT_VIEW

if TYPE_CHECKING:
    pass

Found = TypeVar("Found")
NAMES = ("channel", "locale")
MOST_RANGES = 50  # of Accept-Language; browsers send up to ten
LONGEST_HEADER = 1_000
_TRIES = 5


class ViewedViewSet:
    """Mixed into viewsets whose answers are in one channel and one locale, and say which."""

    request: Any
    _view: View | None = None
    _is_negotiated = False

    @property
    def view(self) -> View:
        """That of the answer: writes answer in the default one."""
        return self._view or views.known().default

    @property
    def chain(self) -> tuple[str, ...]:
        """The locale of the answer and its fallbacks."""
        return self.view.chain

    def look(self, channel: str | None = None, locale: str | None = None) -> View:
        """The view that the caller asks for. Raises ValidationError, ViewNotReady,
        ChannelForbidden."""
        accept = self.request.META.get("HTTP_ACCEPT_LANGUAGE", "")
        user = self.request.user
        self._view, self._is_negotiated = choose(channel, locale, accept, user)
        return self._view

    def look_as_asked(self) -> View:
        """The same, with the names that stand in the query: for reads that bring no stamp along."""
        query = self.request.query_params
        view = self.look(query.get("channel"), query.get("locale"))
        if not view.is_default:
            try:
                views.ensure_current_now()
            except ViewsChanged:
                view = self.look(query.get("channel"), query.get("locale"))
        return view

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Says which channel and locale answered, and that the header had a part in it."""
        final = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]  # of a viewset
        if final.status_code < 400 and final.status_code != 204:
            final["Content-Language"] = self.view.locale
            final["Catalog-Channel"] = quote(self.view.channel)
            if self._is_negotiated:
                patch_vary_headers(final, ("Accept-Language",))
        return final


def own_view(user: Any) -> int:
    """The view of addresses that take no channel: the default one, or the first of those that the
    caller is limited to. It decides which products shoppers see at all."""
    limit = channels_of(user)
    if limit is None or views.known().default.channel_id in limit:
        return DEFAULT_VIEW
    for offered in (views.known(), views.read_again()):
        for pairs in offered.channels.values():
            if pairs[0].channel_id in limit:
                return pairs[0].number
    raise forbidden(limit, "There is no such channel any more.")


def resolved(read: Callable[[], Found]) -> Found:
    """What `read` finds, once the names that it resolves are those of the database."""
    for _ in range(_TRIES):
        try:
            return read()
        except ViewsChanged:
            continue
    raise ViewNotReady("Channels and locales are being changed: try again.")


def tag_suffix(view: View) -> str:
    """The same bytes may be two representations, in two languages: their tags differ, too."""
    return "" if view.is_default else f"-v{view.number}"


def choose(channel: str | None, locale: str | None, accept: str, user: Any) -> tuple[View, bool]:
    """The view, and whether the header had a part in the choice."""
    offered = _of_channel(channel, user)
    if channel is None and locale is None and not accept:
        return views.known().default, len(offered) > 1
    if locale is not None:
        return _printed(_in_locale(offered, locale)), False
    return _preferred(offered, accept), len(offered) > 1


def _of_channel(slug: str | None, user: Any) -> tuple[View, ...]:
    """The views of this channel; None is the default one. Who is limited to others is not told
    whether it is there, let alone in which locales."""
    known = views.known()
    name = known.default.channel if slug is None else slug
    offered = known.channels.get(name) or views.read_again().channels.get(name)
    ensure_channel(user, offered[0].channel_id if offered else None)
    if offered is None:
        names = views.known().channels
        raise _unknown("channel", f"There is no channel {name[:50]!r}.", name, list(names))
    return offered


def _in_locale(offered: Sequence[View], code: str) -> View:
    view = _match(offered, code)
    if view is None:
        view = _match(views.read_again().channels.get(offered[0].channel, ()), code)
    if view is None:
        there = [each.locale for each in offered]
        text = f"The channel {offered[0].channel!r} has no locale {code[:50]!r}."
        raise _unknown("locale", text, code, there)
    return view


def _match(offered: Sequence[View], code: str) -> View | None:
    """Whichever way its letters are written (RFC 5646 section 2.1.1)."""
    wanted = code.lower()
    return next((view for view in offered if view.locale.lower() == wanted), None)


def _unknown(name: str, text: str, wrong: str, there: list[str]) -> serializers.ValidationError:
    names = (
        f" There are: {', '.join(sorted(there))}."
        if len(there) <= 20
        else (did_you_mean(wrong[:50], there))
    )
    return serializers.ValidationError({name: [f"{text}{names}"]})


def _printed(view: View) -> View:
    if view.is_printed:
        return view
    again = next(
        (
            each
            for each in views.read_again().channels.get(view.channel, ())
            if each.number == view.number and each.is_printed
        ),
        None,
    )
    if again is None:
        raise ViewNotReady(
            f"The documents of channel {view.channel!r} in {view.locale!r} are still being made."
        )
    return again


def _preferred(offered: Sequence[View], accept: str) -> View:
    """RFC 9110 section 12.5.4, by the lookup of RFC 4647 section 3.4: each range as it is, then
    shorter and shorter. The channel's first locale where nothing fits."""
    ready = [view for view in offered if view.is_printed]
    for wanted in ranges(accept) if len(ready) > 1 else ():
        if wanted == "*":
            break
        parts = wanted.split("-")
        while parts:
            if view := _match(ready, "-".join(parts)):
                return view
            parts.pop()
            if parts and len(parts[-1]) == 1:  # a subtag of one letter only introduces the next
                parts.pop()
    return ready[0] if ready else _printed(offered[0])


@lru_cache(maxsize=1024)
def ranges(header: str) -> tuple[str, ...]:
    """The language ranges of the header, the most wanted first; none where it cannot be read."""
    if len(header) > LONGEST_HEADER:
        return ()
    wanted: list[tuple[float, int, str]] = []
    for n, item in enumerate(header.split(",")[:MOST_RANGES]):
        text, _, weight = item.partition(";")
        quality = _quality(weight.strip())
        if text.strip() and quality > 0:
            wanted.append((-quality, n, text.strip().lower()))
    return tuple(text for _, _, text in sorted(wanted))


def _quality(text: str) -> float:
    """Of `q=0.8`; nothing is 1, and what is no weight is 0: that range does not count."""
    if not text:
        return 1.0
    name, _, value = text.partition("=")
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip().lower() == "q" and 0 <= quality <= 1 else 0.0
