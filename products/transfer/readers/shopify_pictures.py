"""The pictures of a Shopify product, and of its variants."""

from collections.abc import Sequence

from products.transfer.readers import cells
from products.transfer.readers.shopify_lines import Line
from products.transfer.records import MediaRecord, ProductRecord


def image(line: Line, key: str, record: ProductRecord) -> str:
    url = line.cell(key)
    if url and not cells.is_url(url):
        record.warnings.append(
            line.remark(
                "invalid-image-url",
                f"{url[:80]!r} is no http or https address: the picture is left out.",
                "Give the full address of the picture.",
                key,
            )
        )
        return ""
    return url


def add_media(record: ProductRecord, lines: Sequence[Line]) -> None:
    """Each address once, in the order of their positions, then of the lines."""
    found: dict[str, MediaRecord] = {}
    for line in lines:
        url = image(line, "image_url", record)
        if not url or url in found:
            continue
        alt = line.read("image_alt", cells.text, "image_alt", line.cell("image_alt"))
        place = cells.position(line.cell("image_position"))
        found[url] = MediaRecord(line.number, url, alt or None, place)
    ordered = sorted(found.values(), key=lambda media: (media.position or 10**6, media.line))
    for variant in record.variants:
        for shown in map(str, variant.values.get("media", [])):
            if shown not in found:
                found[shown] = MediaRecord(variant.line, shown)
                ordered.append(found[shown])
    record.media = ordered
