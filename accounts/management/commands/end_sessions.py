"""Sign somebody out, or everybody."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actors import Actor
from accounts.models import User
from accounts.services import sign_everybody_out, sign_out_everywhere
from accounts.sessions import end_family

ACTOR = Actor(user_id=None, label="end_sessions", source="command")


class Command(BaseCommand):
    help = "End one sign-in, all of one user (in the API and the admin), or everybody's."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--session", type=UUID, help="an id that list_sessions shows")
        which.add_argument("--user", help="a user name")
        which.add_argument("--everybody", action="store_true")

    def handle(self, *, session: UUID | None, user: str | None, everybody: bool, **_: Any) -> None:
        if everybody:
            self.stdout.write(f"Signed {sign_everybody_out(actor=ACTOR)} users out.")
        elif session:
            if not end_family(session):
                raise CommandError(f"No sign-in {session} is going on; see list_sessions.")
            self.stdout.write("The sign-in has ended.")
        else:
            found = User.objects.filter(username__iexact=user).first()
            if found is None:
                raise CommandError(f"There is no user {user!r}.")
            sign_out_everywhere(found.pk, actor=ACTOR)
            self.stdout.write(f"Signed {found.username} out everywhere.")
