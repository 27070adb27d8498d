"""Uploaded files when no nginx stands in front: served as pictures or not at all."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from django.utils.http import http_date
from django.views.decorators.http import require_safe

# An upload is shown as one of these or offered for download; never as a page or a script.
PICTURES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}

# A player asks for them by their type; a browser that is sent there offers them for download.
DOWNLOADS = {".mp4": "video/mp4", ".pdf": "application/pdf", ".webm": "video/webm"}


@require_safe
def media(_request: HttpRequest, path: str) -> FileResponse:
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
        handle = file.open("rb")
    except (SuspiciousFileOperation, OSError, ValueError):
        raise Http404 from None
    suffix = file.suffix.lower()
    response = FileResponse(
        handle,
        as_attachment=suffix not in PICTURES,
        content_type={**PICTURES, **DOWNLOADS}.get(suffix, "application/octet-stream"),
    )
    response["Last-Modified"] = http_date(file.stat().st_mtime)
    # Stored under names that are never used twice, so a copy never goes stale.
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
