"""Bytes -> lines of text: which encoding a file has, and why; strict, streamed, bounded."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from products.transfer.records import FileRefused, Remark

CHUNK = 256 * 1024
MAX_LINE = 1024 * 1024  # characters
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
}
# Bytes that were no UTF-8, as the handler "surrogateescape" keeps them.
WRONG = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """One of NAMES, and how many bytes stand before the text."""

    codec: str
    mark: int = 0
    reason: str = ""  # a sentence for people

    @property
    def name(self) -> str:
        return NAMES[self.codec]


def recognise_encoding(stream: BinaryIO) -> Encoding:
    """Looks through the whole file: a byte order mark decides, else whether all of it is UTF-8.

    A file without any letter of UTF-8 beyond ASCII, and with bytes that are none, is taken for
    Windows-1252. Where both occur it is UTF-8 with wrong bytes, which reading will report.
    """
    start = stream.read(CHUNK)
    for mark, codec in MARKS.items():
        if start.startswith(mark):
            reason = f"a byte order mark says {NAMES[codec]}"
            return Encoding(codec, len(mark), reason)
    if codec := _utf16_without_mark(start):
        return Encoding(codec, 0, f"every other byte of its start is 0: {NAMES[codec]}")
    return _by_letters(start, stream)


def _utf16_without_mark(start: bytes) -> str:
    """Text in Latin letters has zeros in the upper halves of its characters alone."""
    head = start[:1024]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) < 4 or not (even or odd):
        return ""
    if even == 0 and odd > len(head) * 0.4:
        return "utf-16-le"
    return "utf-16-be" if odd == 0 and even > len(head) * 0.4 else ""


def _by_letters(start: bytes, stream: BinaryIO) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    letters = wrong = line = offset = 0
    first = ""
    raw = start
    is_more = True
    while is_more:
        is_more = bool(raw)
        if not raw.isascii() or decoder.getstate()[0]:
            text = decoder.decode(raw, final=not is_more)
            errors = WRONG.findall(text)
            if errors and not first:
                place = text.index(errors[0])
                at = offset + len(text[:place].encode("utf-8", "surrogateescape"))
                number = line + text[:place].count("\n") + 1
                first = f"byte {at:,} (0x{ord(errors[0]) - 0xDC00:02x}, line {number:,})"
            wrong += len(errors)
            letters += len(text) - len(text.encode("ascii", "ignore")) - len(errors)
        line += raw.count(b"\n")
        offset += len(raw)
        raw = stream.read(CHUNK)
    if wrong > letters:
        reason = f"{first} is not UTF-8, and no letter of UTF-8 outweighs it: Windows-1252"
        return Encoding("cp1252", 0, reason)
    plain = "all of it is ASCII, which UTF-8 holds" if not letters else "its letters are UTF-8"
    return Encoding("utf-8", 0, f"{first} is not UTF-8, but its letters are" if first else plain)


def read_lines(stream: BinaryIO, encoding: Encoding, *, end: str = "\n") -> Iterator[str]:
    """Lines with their ends, from the first character on. Raises FileRefused."""
    number, rest = 0, ""
    for text in read_text(stream, encoding, end=end):
        lines = (rest + text).split(end)
        rest = lines.pop()
        for line in lines:
            number += 1
            if len(line) >= MAX_LINE:
                _refuse_long(number)
            yield line + end
        if len(rest) >= MAX_LINE:
            _refuse_long(number + 1)
    if rest:
        yield rest


def read_text(stream: BinaryIO, encoding: Encoding, *, end: str = "\n") -> Iterator[str]:
    """The text in pieces, from its first character on. Raises FileRefused.

    A byte that is no text is reported with its offset and line, and so is a NUL.
    """
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    stream.seek(encoding.mark)
    offset, lines = encoding.mark, 0
    is_more = True
    while is_more:
        raw = stream.read(CHUNK)
        is_more = bool(raw)
        start = offset - len(decoder.getstate()[0])
        try:
            text = decoder.decode(raw, final=not is_more)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding.codec)
            place = start + error.start
            line = lines + before.count(end) + 1
            _refuse_byte(error.object[error.start], place, line, encoding)
        if "\0" in text:
            before = text[: text.index("\0")]
            place = start + len(before.encode(encoding.codec))
            line = lines + before.count(end) + 1
            _refuse("nul", line, f"There is a NUL at byte {place:,}.", "Remove it.")
        offset += len(raw)
        lines += text.count(end)
        if text:
            yield text


def _refuse_byte(byte: int, place: int, line: int, encoding: Encoding) -> NoReturn:
    _refuse(
        f"not-{encoding.name.lower().replace(' ', '-')}",
        line,
        f"Byte {place:,} (0x{byte:02x}) is not {encoding.name}.",
        "Save the file as UTF-8.",
    )


def _refuse_long(line: int) -> NoReturn:
    _refuse("line-too-long", line, f"The line is over {MAX_LINE:,} characters.", "Shorten it.")


def _refuse(code: str, line: int, message: str, remedy: str) -> NoReturn:
    raise FileRefused(Remark(code, line, message, remedy))
