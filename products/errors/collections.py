"""Rules of collections."""

from catalog_project.errors import DomainError
from products.errors.attributes import AttributesRefused
from products.errors.general import Constraints, InvalidValue, SlugTaken


class RuleRefused(AttributesRefused):
    """Conditions that say nothing about products: `errors` names each of them."""

    code = "rule-refused"
    title = "The rule of the collection was refused"


class RuleChooses(DomainError):
    code = "rule-chooses"
    title = "A rule says which products this collection has"

    def __init__(self) -> None:
        super().__init__("Change the rule, or set it to null to choose products by hand.")


class ChosenByHand(DomainError):
    code = "chosen-by-hand"
    title = "The products of this collection were chosen by hand"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"A rule would replace these {count} products: take them out first.", pointer="/rule"
        )


CONSTRAINTS: Constraints = {
    "products_collection_slug_key": (SlugTaken, "Choose another slug.", "/slug"),
    "collection_slug_shape": (
        InvalidValue,
        "A slug is one URL segment and may not look like a UUID.",
        "/slug",
    ),
    "collection_window_order": (
        InvalidValue,
        "unpublish_at must be later than publish_at.",
        "/unpublish_at",
    ),
}
