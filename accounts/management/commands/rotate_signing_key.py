"""Make another key for signing tokens; the old ones verify until their last token has ended."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.signing_keys import rotate


class Command(BaseCommand):
    help = (
        "Make another key for signing tokens. It is published at once and signs as soon as every "
        "copy of the published keys has expired; nobody is signed out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--withdraw",
            action="store_true",
            help="a key leaked: refuse every token of the old keys from now on",
        )

    def handle(self, *, withdraw: bool, **_: Any) -> None:
        key = rotate(withdraw=withdraw)
        moment = key.signs_from.isoformat(timespec="seconds")
        self.stdout.write(f"The key {key.kid} ({key.algorithm}) signs from {moment}.")
        if withdraw:
            self.stdout.write("The old keys are withdrawn: everybody has to sign in again.")
