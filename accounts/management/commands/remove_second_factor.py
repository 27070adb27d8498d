"""For somebody who has lost both the phone and the recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import Actor
from accounts.models import User
from accounts.second_factor import remove_second_factor

ACTOR = Actor(user_id=None, label="remove_second_factor", source="command")


class Command(BaseCommand):
    help = "Let somebody sign in with the password alone. All their sign-ins end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="a user name")

    def handle(self, *, user: str, **_: Any) -> None:
        found = User.objects.filter(username__iexact=user).first()
        if found is None:
            raise CommandError(f"There is no user {user!r}.")
        if not remove_second_factor(found, actor=ACTOR):
            raise CommandError(f"{found.username} has no second factor.")
        self.stdout.write(f"{found.username} signs in with the password alone now.")
