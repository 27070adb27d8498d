"""What items of a feed lack for being accepted: counted, and listed for whoever mends it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]
KEPT_LACKS = 1_000  # items in the report; all are counted
LONGEST_TITLE, LONGEST_DESCRIPTION = 150, 5_000
# Without these, nobody would show the item: it is left out.
NEEDED = ("no-price", "no-image", "no-link")
LACKS = {
    "no-price": "It has no price in the feed's currency.",
    "no-image": "It has no picture.",
    "no-link": "There is no address of its page: set the link of the feed, or PUBLIC_URL.",
    "local-image": "Its picture has no full address: set PUBLIC_URL.",
    "no-brand": "It has no brand.",
    "no-gtin": "It has no GTIN.",
    "no-identifier": "It has neither a GTIN nor a brand with a manufacturer's number (MPN).",
    "no-description": "It has no description.",
    "title-too-long": f"Its title is over {LONGEST_TITLE} characters: it will be cut.",
    "description-too-long": f"Its description is over {LONGEST_DESCRIPTION} characters.",
    "price-is-zero": "Its price is zero.",
}


@dataclass(slots=True)
class Lacking:
    """What stands in the way of items, for whoever mends it."""

    items: int = 0
    left_out: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # by code
    examples: list[dict[str, Any]] = field(default_factory=list)

    def note(self, product: Body, variant: Body, lacks: Sequence[str]) -> bool:
        """Whether the item is fit for the feed at all."""
        self.counts.update(lacks)
        if lacks and len(self.examples) < KEPT_LACKS:
            named = {"product": product["id"], "slug": product["slug"], "sku": variant["sku"]}
            self.examples.append({**named, "variant": variant["id"], "lacks": list(lacks)})
        is_fit = not set(NEEDED).intersection(lacks)
        self.items += is_fit
        self.left_out += not is_fit
        return is_fit

    def as_json(self) -> dict[str, Any]:
        return {
            "items": self.items,
            "left_out": self.left_out,
            "lacks": [
                {"code": code, "items": number, "detail": LACKS[code]}
                for code, number in self.counts.most_common()
            ],
            "examples": self.examples,
        }
