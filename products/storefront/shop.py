"""What every page knows: where it is, in which channel and locale, and whom it speaks to."""

from typing import Any

from products.documents import views
from products.documents.views import View
from products.storefront.addresses import VIEW, Address, link
from products.storefront.money import money, written
from products.storefront.words import Words, direction


class Shop:
    """A request's channel and locale, and the links and texts that follow from them."""

    def __init__(self, address: Address, view: View | None) -> None:
        self.address = address
        self.view = view
        self.locale = view.locale if view else "en"
        self.direction = direction(self.locale)
        self.words = Words(self.locale)

    @property
    def plain(self) -> Any:
        return self.words.plain

    @property
    def home(self) -> str:
        return self.address.only(*VIEW).changed()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a form must send along: a new search begins without filters."""
        return self.address.only(*VIEW).pairs

    def languages(self, path: str = "/") -> list[dict[str, Any]]:
        """The locales that the channel has, each with the link to this page in it; none where
        there is no choice."""
        if self.view is None:
            return []
        offered = [view for view in views.known().channels[self.view.channel] if view.is_printed]
        return [
            {
                "locale": each.locale,
                "url": link({**self.address.parameters, "locale": each.locale}, path),
                "is_current": each.number == self.view.number,
            }
            for each in offered
            if len(offered) > 1
        ]

    def money(self, amount: str, currency: str) -> str:
        return money(amount, currency, self.locale)

    def number(self, amount: str) -> str:
        return written(amount, self.locale)
