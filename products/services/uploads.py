"""Which bytes may become a file of ours: their own beginning says what they are, no name does."""

from products.errors import FileRefused, FileTooLarge
from products.models.media import Kind
from products.services import boxes
from products.services.images import CleanFile, clean_image

MAX_VIDEO_BYTES = 100 * 1024 * 1024
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
# Brands that promise a file which every reader of MP4 understands.
MP4_BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V "}
WEBM = b"\x1a\x45\xdf\xa3"  # EBML; Matroska begins alike and says so a few bytes later
PDF = b"%PDF-"


def clean_file(content: bytes, *, name: str = "") -> CleanFile:
    """A picture, an MP4 or WebM video, or a PDF, without what tells more than it shows.

    Raises ImageRefused, ImageTooLarge, FileRefused, FileTooLarge. The name is only used to say
    which file it was.
    """
    label = f"The file {name!r}" if name else "The file"
    if content.startswith(PDF):
        return _document(content, label)
    if content.startswith(WEBM):
        return _webm(content, label)
    if MP4_BRANDS & boxes.brands(content) and b"avif" not in boxes.brands(content):
        return _mp4(content, label)
    return clean_image(content, name=name)


def _document(content: bytes, label: str) -> CleanFile:
    _ensure_size(content, MAX_DOCUMENT_BYTES, label)
    if b"%%EOF" not in content[-2_048:]:
        raise FileRefused(f"{label} is a PDF that is damaged or cut off.")
    return CleanFile(Kind.DOCUMENT, content, "application/pdf", ".pdf")


def _webm(content: bytes, label: str) -> CleanFile:
    _ensure_size(content, MAX_VIDEO_BYTES, label)
    if b"webm" not in content[:64]:
        raise FileRefused(f"{label} is no WebM video.")
    return CleanFile(Kind.VIDEO, content, "video/webm", ".webm")


def _mp4(content: bytes, label: str) -> CleanFile:
    _ensure_size(content, MAX_VIDEO_BYTES, label)
    try:
        quiet, width, height = boxes.quiet_video(content)
    except (boxes.Malformed, LookupError, ValueError):
        raise FileRefused(f"{label} is an MP4 video that is damaged or cut off.") from None
    return CleanFile(Kind.VIDEO, quiet, "video/mp4", ".mp4", width, height)


def _ensure_size(content: bytes, most: int, label: str) -> None:
    if len(content) > most:
        raise FileTooLarge(f"{label} is larger than {most // 1024**2} MiB.")
