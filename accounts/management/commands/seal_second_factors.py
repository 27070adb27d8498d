"""After an upgrade, and after SECRET_KEY changed, while the old one is still a fallback."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.second_factor import seal_all


class Command(BaseCommand):
    help = "Seal the secrets of all second factors with the SECRET_KEY of now."

    def handle(self, *_: Any, **__: Any) -> None:
        sealed, unreadable = seal_all()
        self.stdout.write(f"{sealed} sealed.")
        if unreadable:
            names = ", ".join(unreadable)
            raise CommandError(
                f"No key opens those of {names}: name the old one in SECRET_KEY_FALLBACKS, or take"
                " the factor away with remove_second_factor."
            )
