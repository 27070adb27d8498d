"""The product rules that can be broken, one class each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from catalog_project.errors import DomainError


class NotFound(DomainError):
    """The subject of the request is not there, or not for this caller."""

    status = 404
    code = "not-found"
    title = "There is no such thing here"


class StaleVersion(DomainError):
    """RFC 9110 section 13.1.1: the If-Match precondition is false."""

    status = 412
    code = "stale-version"
    title = "Somebody changed it since you read it"

    def __init__(self, *, expected: int, current: int) -> None:
        wrong = (
            f"You expected version {expected}"
            if expected
            else "If-Match has a tag that was never given for this"
        )
        super().__init__(
            f"{wrong}; the current version is {current}. "
            "Read it again, then repeat your change with the new ETag."
        )
        self.current = current

    def members(self) -> dict[str, object]:
        return {"current_version": self.current}


class InvalidValue(DomainError):
    """A value that has the right form but no valid meaning."""

    status = 400
    code = "invalid"
    title = "The input is not valid"


class UnknownReference(InvalidValue):
    """The input names a row that does not exist."""

    code = "unknown-reference"
    title = "The input refers to something that does not exist"

    def __init__(self, noun: str, missing: UUID, *, pointer: str | None = None) -> None:
        super().__init__(f"There is no {noun} {missing}.", pointer=pointer)


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


class CodeTaken(DomainError):
    code = "code-taken"
    title = "This code is in use"


class ImageRefused(InvalidValue):
    code = "image-refused"
    title = "The file is no image that can be kept"


class ImageTooLarge(ImageRefused):
    status = 413
    code = "image-too-large"
    title = "The image is too large"


class StorageFailed(DomainError):
    status = 507
    code = "storage-failed"
    title = "The file could not be stored: the disk is full or not writable"


class SkuTaken(DomainError):
    code = "sku-taken"
    title = "Another variant has this SKU"


class SlugTaken(DomainError):
    code = "slug-taken"
    title = "This slug is in use"


class OptionsTaken(DomainError):
    code = "options-taken"
    title = "Two variants of one product have the same options"


class CurrencyTwice(DomainError):
    code = "currency-twice"
    title = "A variant has at most one price per currency"


class CategoryCycle(DomainError):
    code = "category-cycle"
    title = "A category cannot move below itself"


class CategoryTooDeep(DomainError):
    code = "category-too-deep"
    title = "The category tree is at most 12 levels deep"


class StillInUse(DomainError):
    code = "still-in-use"
    title = "Something still refers to it"


class WrongStatus(DomainError):
    code = "wrong-status"
    title = "The product's status does not allow it"


class MayNotPublish(DomainError):
    status = 403
    code = "may-not-publish"
    title = "Only a publisher decides what shoppers see"

    def __init__(self) -> None:
        super().__init__("Leave status, publish_at and unpublish_at as they are.")


class ConstraintBroken(DomainError):
    """The database refused a value that nothing before it refused."""

    status = 400
    code = "constraint"
    title = "The change breaks a rule of the database"


# Constraint name -> what to tell the caller: (error, sentence, JSON pointer).
BY_CONSTRAINT: Mapping[str, tuple[type[DomainError], str, str | None]] = {
    "variant_sku_unique": (SkuTaken, "Choose another SKU, or archive the other product.", None),
    "product_slug_unique": (SlugTaken, "Choose another slug.", "/slug"),
    "products_brand_slug_key": (SlugTaken, "Choose another slug.", "/slug"),
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
    "products_category_slug_key": (SlugTaken, "Choose another slug.", "/slug"),
    "variant_options_unique": (OptionsTaken, "Give each variant its own options.", None),
    "price_currency_unique": (CurrencyTwice, "Send one price per currency.", None),
    "price_not_negative": (InvalidValue, "A price is zero or more.", None),
    "price_is_a_number": (InvalidValue, "NaN is not an amount of money.", None),
    "price_compare_at_not_below_amount": (
        InvalidValue,
        "The compare-at price is the higher, former price: it is never below the amount.",
        None,
    ),
    "media_url_scheme": (
        InvalidValue,
        "The address of a picture starts with http:// or https://.",
        None,
    ),
    "media_url_or_file": (InvalidValue, "Media have either a URL or an uploaded file.", None),
    "product_window_order": (
        InvalidValue,
        "unpublish_at must be later than publish_at.",
        "/unpublish_at",
    ),
    "product_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
    "brand_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
    "category_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
    "category_depth": (CategoryTooDeep, "Move it to a higher level.", "/parent"),
    "category_not_its_own_parent": (CategoryCycle, "Choose another parent.", "/parent"),
}
