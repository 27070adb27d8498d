"""Static files of admin and docs: hashed names when collected, plain ones when not."""

from pathlib import Path

from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Names with a hash, cached for ever by browsers, once `collectstatic` has run.

    Without it every name stays plain and whitenoise finds the file in its app, so that a fresh
    clone and the tests need no build step.
    """

    def stored_name(self, name: str) -> str:
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))


class StaticMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # untyped
    """whitenoise that does not warn when nothing was collected."""

    def add_files(self, root: str | Path, prefix: str | None = None) -> None:
        if Path(root).is_dir():
            super().add_files(root, prefix=prefix)
