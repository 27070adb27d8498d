"""Who is signed in through the API, since when and until when."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import TokenFamily


class Command(BaseCommand):
    help = "List the sign-ins of the API that have not ended, oldest first: id, user, times."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", default="", help="only of this user name")

    def handle(self, *, user: str, **_: Any) -> None:
        living = TokenFamily.objects.living().select_related("user").order_by("created_at")
        if user:
            living = living.filter(user__username__iexact=user)
        for family in living.iterator():
            times = [family.created_at, family.rotated_at or family.created_at, family.expires_at]
            shown = [moment.isoformat(timespec="seconds") for moment in times]
            since, renewed, until = shown
            self.stdout.write(
                f"{family.pk}  {family.user.username}  since {since}  renewed {renewed}"
                f"  until {until}"
            )
