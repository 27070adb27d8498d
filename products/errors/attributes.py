"""Rules of product types, attributes and their values."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from catalog_project.errors import DomainError
from products.errors.general import CodeTaken, Constraints, InvalidValue, SlugTaken

MOST_TOLD = 50  # flaws in one answer


@dataclass(frozen=True, slots=True)
class Flaw:
    """One wrong value: where it stands (RFC 6901), and what is wrong with it."""

    pointer: str
    detail: str
    code: str = "invalid"


class AttributesRefused(InvalidValue):
    """Values of attributes that their types do not take: `errors` names each of them."""

    code = "attributes-refused"
    title = "Some values of attributes were refused"

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        more = f" {len(flaws) - 1} more were refused; see errors." if len(flaws) > 1 else ""
        super().__init__(f"{flaws[0].detail}{more}", pointer=flaws[0].pointer)
        self.flaws = list(flaws)

    def members(self) -> dict[str, object]:
        return {"errors": [asdict(flaw) for flaw in self.flaws[:MOST_TOLD]]}


class ValuesWouldBeLost(DomainError):
    """Products have values that the change would take away; `losses` counts them and shows some."""

    code = "values-would-be-lost"
    title = "The change takes values away from products"

    def __init__(self, losses: Mapping[str, Any]) -> None:
        super().__init__(
            f"{losses['values']} values of {losses['products']} products would be lost. Send it "
            "again with ?accept_loss=true if that is what you want."
        )
        self.losses = dict(losses)

    def members(self) -> dict[str, object]:
        return {"losses": self.losses}


class ProductIncomplete(DomainError):
    """A published product has a value for every required attribute of its type."""

    code = "product-incomplete"
    title = "Required attributes have no value"

    def __init__(self, missing: Sequence[str]) -> None:
        shown = ", ".join(missing[:20])
        super().__init__(f"Fill in before shoppers see it: {shown}.", pointer="/attributes")
        self.missing = list(missing)

    def members(self) -> dict[str, object]:
        return {"missing": self.missing}


CONSTRAINTS: Constraints = {
    "products_producttype_slug_key": (SlugTaken, "Choose another slug.", "/slug"),
    "products_attribute_code_key": (CodeTaken, "Choose another code.", "/code"),
    "attribute_code_form": (
        InvalidValue,
        "A code begins with a letter or digit and has letters, digits, _ and - only.",
        "/code",
    ),
    "product_type_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
}
