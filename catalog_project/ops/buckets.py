"""Files of media in a bucket that speaks S3. Needs what requirements-s3.txt names."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from catalog_project.ops.media import PICTURES

FOREVER = "public, max-age=31536000, immutable"


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Whoever stores files knows what a disk may say, and no cloud's exceptions."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"The bucket refused it: {error}") from error


class BucketStorage(S3Storage):  # type: ignore[misc]  # the library has no types
    """Names say what is in a file, so writing one that is there changes nothing."""

    def __init__(self, *, addressing_style: str, **options: Any) -> None:
        config = Config(
            s3={"addressing_style": addressing_style},
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=20,
            retries={"max_attempts": 3, "mode": "standard"},
            # Services other than Amazon's know no check sums behind the body.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(
            client_config=config,
            default_acl=None,
            file_overwrite=True,
            querystring_auth=False,
            **options,
        )

    def get_object_parameters(self, name: str) -> dict[str, str]:
        """What the bucket answers with: the same as our own server, as far as S3 can."""
        suffix = name[name.rfind(".") :].lower()
        content_type = PICTURES.get(suffix) or mimetypes.guess_type(name)[0]
        parameters = {
            "CacheControl": FOREVER,
            "ContentType": content_type or "application/octet-stream",
        }
        if suffix not in PICTURES:
            parameters["ContentDisposition"] = "attachment"
        return parameters

    def exists(self, name: str) -> bool:
        with _as_os_errors():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _as_os_errors():
            super().delete(name)

    def _save(self, name: str, content: Any) -> str:
        with _as_os_errors():
            saved: str = super()._save(name, content)
        return saved
