"""Where uploaded files are kept: a folder, or a bucket that speaks S3.

The name of a file says what is in it, so writing one that is there already changes nothing, and
a file is there whole or not at all.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage


def storage_settings(
    kind: str,
    *,
    media_url: str,
    bucket: str,
    endpoint_url: str,
    region: str,
    access_key: str,
    secret_key: str,
    addressing_style: str,
) -> dict[str, Any]:
    """What Django's STORAGES says of media. Raises ImproperlyConfigured for half a bucket."""
    if kind == "folder":
        return {"BACKEND": "catalog_project.ops.storage.FolderStorage"}
    if not bucket:
        raise ImproperlyConfigured(
            "S3_BUCKET is not set: name the bucket, or MEDIA_STORAGE=folder."
        )
    if not media_url.startswith("http"):
        raise ImproperlyConfigured(
            "MEDIA_URL must be the public URL of the bucket: https://cdn.example/"
        )
    if bool(access_key) != bool(secret_key):
        raise ImproperlyConfigured("S3_ACCESS_KEY and S3_SECRET_KEY are set together, or neither.")
    return {
        "BACKEND": "catalog_project.ops.buckets.BucketStorage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint_url or None,
            "region_name": region or None,
            "access_key": access_key or None,
            "secret_key": secret_key or None,
            "addressing_style": addressing_style,
        },
    }


class FolderStorage(FileSystemStorage):
    """Files appear under their names when they are complete and on the disk."""

    PART = ".part"  # the end of a name that is not complete

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(dir=path.parent, suffix=self.PART)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(part).chmod(self.file_permissions_mode or 0o644)
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        return name
