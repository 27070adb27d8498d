"""Make the first superuser with a random password, if there is none."""

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actors import Actor
from accounts.errors import UserExists
from accounts.services import ensure_admin

PASSWORD_BYTES = 18  # 24 characters


class Command(BaseCommand):
    """Does nothing when a superuser exists, so it may run at every start."""

    help = "Create the superuser `admin` with a random password if there is no superuser yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--password-file", type=Path, required=True, help="where the password is kept (0600)"
        )

    def handle(self, *, password_file: Path, **_: Any) -> None:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        actor = Actor(user_id=None, label="ensure_admin", source="command")
        try:
            with transaction.atomic():
                made = ensure_admin(password=password, actor=actor)
                if made:  # before the commit: an account nobody has the password of is no use
                    _write_private(password_file, f"{password}\n")
        except UserExists as error:
            raise CommandError(
                "A user named admin exists but is no superuser. Run createsuperuser instead."
            ) from error
        except OSError as error:
            raise CommandError(
                f"Cannot write {password_file}: {error.strerror}. Name a writable place."
            ) from error
        if made:
            self.stdout.write(f"Created the user admin with the password {password}")
            self.stdout.write(f"It is kept in {password_file}; change it after the first login.")


def _write_private(path: Path, text: str) -> None:
    """Readable by the owner alone from the first moment, and never half written."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
