"""ISO base media files (ISO/IEC 14496-12): AVIF pictures and MP4 videos are boxes within boxes.

Other boxes point into these files by offset, so nothing is taken out: what tells more than the
picture is made a box without meaning, and its bytes are zeroed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

UNKNOWN = b"skip"  # a type of item that readers pass over
CONTAINERS = {b"moov", b"trak", b"mdia", b"moof", b"traf"}
TALKATIVE = {b"udta", b"meta", b"uuid"}  # place, device, names, XMP
MAX_DEPTH = 8


class Malformed(Exception):
    """The structure of the file ends too early or makes no sense; or as the text says."""


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    kind_at: int
    body: int  # where it begins, behind length and type
    end: int


def boxes(content: bytes | bytearray, start: int, end: int) -> Iterator[Box]:
    at = start
    while at < end:
        head = content[at : at + 16]
        length, kind, body = int.from_bytes(head[:4]), bytes(head[4:8]), at + 8
        if length == 1:
            length, body = int.from_bytes(head[8:16]), at + 16
        elif length == 0:  # up to the end of the file
            length = end - at
        if at + length > end or at + length < body:
            raise Malformed
        yield Box(kind, at + 4, body, at + length)
        at += length


def brands(content: bytes) -> set[bytes]:
    """What the file says it can be read as; none for files of other kinds."""
    if content[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(content[:4]), 512)
    return {content[8:12]} | {content[at : at + 4] for at in range(16, end, 4)}


def blank_items(content: bytes) -> bytes:
    """A still AVIF without EXIF and XMP, which are items beside the picture. Raises Malformed."""
    data = bytearray(content)
    for box in boxes(data, 0, len(data)):
        if box.kind == b"moov":
            raise Malformed("is an animated AVIF: convert it to WebP")
        if box.kind == b"uuid":
            _zero(data, box.body, box.end)
        if box.kind == b"meta":
            parts = {part.kind: part for part in boxes(data, box.body + 4, box.end)}
            hidden = _rename_items(data, parts.get(b"iinf"))
            for start, end in _extents(data, parts, hidden):
                _zero(data, start, end)
    return bytes(data)


def _rename_items(data: bytearray, listing: Box | None) -> set[int]:
    """The ids of the items that are not the picture; readers will not know their type."""
    hidden: set[int] = set()
    if listing is None:
        return hidden
    first = listing.body + (6 if data[listing.body] == 0 else 8)
    for entry in boxes(data, first, listing.end):
        wide = data[entry.body] >= 3  # the version; before 2 there were no types
        at = entry.body + 4 + (4 if wide else 2)
        kind = at + 2
        if data[entry.body] >= 2 and bytes(data[kind : kind + 4]) in {b"Exif", b"mime", b"uri "}:
            hidden.add(int.from_bytes(data[entry.body + 4 : at]))
            data[kind : kind + 4] = UNKNOWN
    return hidden


def _extents(
    data: bytearray, parts: dict[bytes, Box], wanted: set[int]
) -> Iterator[tuple[int, int]]:
    """Where the bytes of these items are. Raises Malformed when those of any item are missing."""
    place = parts.get(b"iloc")
    if place is None:
        raise Malformed
    version = data[place.body]
    sizes = data[place.body + 4] >> 4, data[place.body + 4] & 15, data[place.body + 5] >> 4
    index_size = data[place.body + 5] & 15 if version else 0
    reader = _Reader(data, place.body + 6, place.end)
    for _ in range(reader.number(4 if version == 2 else 2)):
        item = reader.number(4 if version == 2 else 2)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)
        base = reader.number(sizes[2])
        if method == 1 and b"idat" in parts:
            base += parts[b"idat"].body
        for _ in range(reader.number(2)):
            reader.number(index_size)
            offset, length = base + reader.number(sizes[0]), reader.number(sizes[1])
            if offset + length > len(data):
                raise Malformed
            if item in wanted:
                yield offset, offset + length


@dataclass(slots=True)
class _Reader:
    data: bytearray
    at: int
    end: int

    def number(self, size: int) -> int:
        self.at += size
        if self.at > self.end:
            raise Malformed
        return int.from_bytes(self.data[self.at - size : self.at])


def quiet_video(content: bytes) -> tuple[bytes, int | None, int | None]:
    """An MP4 without what it tells of place and device, and its size. Raises Malformed."""
    data = bytearray(content)
    seen: dict[bytes, bytes] = {}
    _quieten(data, 0, len(data), seen, depth=0)
    if not {b"moov", b"mdat"} <= seen.keys():
        raise Malformed
    size = seen.get(b"tkhd", b"")[-8:]  # two 16.16 fixed-point numbers
    width, height = int.from_bytes(size[:2]), int.from_bytes(size[4:6])
    return bytes(data), width or None, height or None


def _quieten(data: bytearray, start: int, end: int, seen: dict[bytes, bytes], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed
    for box in boxes(data, start, end):
        if box.kind in TALKATIVE:
            data[box.kind_at : box.kind_at + 4] = b"free"
            _zero(data, box.body, box.end)
        elif box.kind in CONTAINERS:
            _quieten(data, box.body, box.end, seen, depth + 1)
        if box.kind == b"tkhd" and not any(data[box.end - 8 : box.end]):
            continue  # a track of sound has no size
        seen[box.kind] = bytes(data[box.body : min(box.end, box.body + 200)])


def _zero(data: bytearray, start: int, end: int) -> None:
    data[start:end] = bytes(end - start)
