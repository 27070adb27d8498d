"""Rules of pictures and files."""

from catalog_project.errors import DomainError
from products.errors.general import Constraints, InvalidValue


class ImageRefused(InvalidValue):
    code = "image-refused"
    title = "The file is no image that can be kept"


class ImageTooLarge(ImageRefused):
    status = 413
    code = "image-too-large"
    title = "The image is too large"


class FileRefused(InvalidValue):
    code = "file-refused"
    title = "The file is nothing that can be kept"


class FileTooLarge(FileRefused):
    status = 413
    code = "file-too-large"
    title = "The file is too large"


class StorageFailed(DomainError):
    status = 507
    code = "storage-failed"
    title = "The file could not be stored: the disk is full or not writable"


CONSTRAINTS: Constraints = {
    "media_url_scheme": (
        InvalidValue,
        "The address of a picture starts with http:// or https://.",
        None,
    ),
    "media_has_url_or_file": (InvalidValue, "Media have a URL or an uploaded file.", None),
    "media_kind_known": (
        InvalidValue,
        "The kind is image, video, document or external_video.",
        "/kind",
    ),
    "media_external_has_no_file": (
        InvalidValue,
        "A video in somebody else's player is no file: give its URL.",
        "/kind",
    ),
    "media_focal_point": (
        InvalidValue,
        "A focal point has an x and a y from 0 to 1.",
        "/focal_point",
    ),
}
