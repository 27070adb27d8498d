"""The product rules that can be broken, one class each, one module per noun."""

from products.errors import (
    attributes,
    categories,
    channels,
    collections,
    external_ids,
    media,
    prices,
    products,
    relations,
    search,
    stock,
    variants,
)
from products.errors.attributes import (
    MOST_TOLD,
    AttributesRefused,
    Flaw,
    ProductIncomplete,
    ValuesWouldBeLost,
)
from products.errors.bulk import BulkGivenUp, ItemsRefused, RepeatedItem, flaws_of
from products.errors.categories import (
    CategoryCycle,
    CategoryTooDeep,
)
from products.errors.changes import (
    ChangedSince,
    ChangesForgotten,
    RevertClashes,
    TooManyExports,
    VersionForgotten,
)
from products.errors.channels import ViewNotReady
from products.errors.collections import ChosenByHand, RuleChooses, RuleRefused
from products.errors.exports import (
    AddressTaken,
    ExportNotReady,
    ExportTooLarge,
    NotForSpreadsheets,
    TooManyFiles,
)
from products.errors.external_ids import ExternalIdTaken
from products.errors.general import (
    CodeTaken,
    ConstraintBroken,
    Constraints,
    InvalidValue,
    NotFound,
    SameProduct,
    SlugTaken,
    StaleVersion,
    StillInUse,
    UnknownReference,
)
from products.errors.imports import ImportFileRefused, ImportState, NoRefusedLines
from products.errors.lifecycle import RestoreClashes
from products.errors.media import (
    FileRefused,
    FileTooLarge,
    ImageRefused,
    ImageTooLarge,
    StorageFailed,
)
from products.errors.prices import (
    CostsMoved,
    CurrencyTwice,
    MaySeeNoCosts,
    PricesOverlap,
    TooManyPeriods,
)
from products.errors.products import (
    IdWasUsed,
    MayNotPublish,
    OptionsTaken,
    SkuTaken,
    WrongStatus,
)
from products.errors.relations import BundleCycle, RelationTwice
from products.errors.search import CurationTwice
from products.errors.stock import StockMoved, StockTooLow

BY_CONSTRAINT: Constraints = {
    **attributes.CONSTRAINTS,
    **categories.CONSTRAINTS,
    **channels.CONSTRAINTS,
    **external_ids.CONSTRAINTS,
    **collections.CONSTRAINTS,
    **media.CONSTRAINTS,
    **prices.CONSTRAINTS,
    **products.CONSTRAINTS,
    **relations.CONSTRAINTS,
    **search.CONSTRAINTS,
    **stock.CONSTRAINTS,
    **variants.CONSTRAINTS,
}

__all__ = [
    "BY_CONSTRAINT",
    "MOST_TOLD",
    "AddressTaken",
    "AttributesRefused",
    "BulkGivenUp",
    "BundleCycle",
    "CategoryCycle",
    "CategoryTooDeep",
    "ChangedSince",
    "ChangesForgotten",
    "ChosenByHand",
    "CodeTaken",
    "ConstraintBroken",
    "CostsMoved",
    "CurationTwice",
    "CurrencyTwice",
    "ExportNotReady",
    "ExportTooLarge",
    "ExternalIdTaken",
    "FileRefused",
    "FileTooLarge",
    "Flaw",
    "IdWasUsed",
    "ImageRefused",
    "ImageTooLarge",
    "ImportFileRefused",
    "ImportState",
    "InvalidValue",
    "ItemsRefused",
    "MayNotPublish",
    "MaySeeNoCosts",
    "NoRefusedLines",
    "NotForSpreadsheets",
    "NotFound",
    "OptionsTaken",
    "PricesOverlap",
    "ProductIncomplete",
    "RelationTwice",
    "RepeatedItem",
    "RestoreClashes",
    "RevertClashes",
    "RuleChooses",
    "RuleRefused",
    "SameProduct",
    "SkuTaken",
    "SlugTaken",
    "StaleVersion",
    "StillInUse",
    "StockMoved",
    "StockTooLow",
    "StorageFailed",
    "TooManyExports",
    "TooManyFiles",
    "TooManyPeriods",
    "UnknownReference",
    "ValuesWouldBeLost",
    "VersionForgotten",
    "ViewNotReady",
    "WrongStatus",
    "flaws_of",
]
