"""What a file may say by mistake: it is imported, and somebody should look at it."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from products.errors import InvalidValue
from products.services.gtins import normal_gtin
from products.transfer.records import ProductRecord, Remark, VariantRecord

# 9.78E+12: a long number, opened in a spreadsheet and saved again.
DAMAGED = re.compile(r"\d([.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
NUMBERS = ("sku", "gtin", "mpn")
ADDRESS = re.compile(r"https?://\S+")
MOST_ADDRESS = 2_000  # characters
FACTOR = 100  # a price at least as many times the old one, or as small a part of it


def settle_suspicions(record: ProductRecord) -> None:
    """Add the warnings that the record alone gives rise to. A GTIN that is none is kept in the
    variant's metadata instead."""
    _leave_media_out(record)
    for variant in record.variants:
        record.warnings += _damaged(record, variant)
        values: dict[str, Any] = {**variant.values}
        if gtin := values.get("gtin"):
            try:
                normal_gtin(gtin)
            except InvalidValue as error:
                del variant.values["gtin"]
                kept = variant.values.get("metadata", {})
                variant.values["metadata"] = {**kept, "invalid_gtin": gtin[:100]}
                if not DAMAGED.fullmatch(gtin.strip()):
                    record.warnings.append(
                        Remark(
                            "invalid-gtin",
                            variant.line,
                            f"{error} It is kept in the variant's metadata.",
                            "Correct the digits.",
                            record.columns.get("gtin", ""),
                            record.slug or "",
                        )
                    )


def _leave_media_out(record: ProductRecord) -> None:
    """What no address leads to never fails its product."""
    wrong = [each for each in record.media if not _is_address(each.url)]
    if not wrong:
        return
    urls = {each.url for each in wrong}
    record.media = [each for each in record.media if each.url not in urls]
    for variant in record.variants:
        if "media" in variant.values:
            variant.values["media"] = [each for each in variant.values["media"] if each not in urls]
    record.warnings += [
        Remark(
            "media-left-out",
            each.line,
            f"{each.url[:200]!r} is no address that a browser would open.",
            "Give an address with http:// or https://.",
            record.columns.get("image_src", ""),
            record.slug or "",
        )
        for each in wrong
    ]


def _is_address(url: str) -> bool:
    return len(url) <= MOST_ADDRESS and bool(ADDRESS.fullmatch(url))


def _damaged(record: ProductRecord, variant: VariantRecord) -> Iterator[Remark]:
    values: dict[str, Any] = {**variant.values}
    for name in NUMBERS:
        text = str(values.get(name) or "").strip()
        if DAMAGED.fullmatch(text):
            yield Remark(
                "damaged-number",
                variant.line,
                f"{text!r} was a longer number before a spreadsheet shortened it.",
                "Export the file again, and open it with its columns as text.",
                record.columns.get(name, ""),
                record.slug or "",
            )


def is_jump(old: Decimal, new: Decimal) -> bool:
    """Whether somebody may have moved the decimal point."""
    return bool(old and new) and not old / FACTOR < new < old * FACTOR
