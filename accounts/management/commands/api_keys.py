"""API keys from the shell: list, create, rotate, revoke."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actors import Actor
from accounts.api_keys import (
    create_api_key,
    revoke_api_key,
    rotate_api_key,
    set_api_key_rate,
)
from accounts.models import ApiKey, User
from catalog_project.errors import DomainError

ACTOR = Actor(user_id=None, label="api_keys", source="command")


class Command(BaseCommand):
    help = "List, create, rotate and revoke API keys. A new key is printed once, alone on a line."

    def add_arguments(self, parser: CommandParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        listed = tasks.add_parser("list")
        listed.add_argument("--owner", default="", help="only of this user name")
        made = tasks.add_parser("create")
        made.add_argument("--owner", required=True, help="the user whom the key acts for")
        made.add_argument("--name", required=True)
        made.add_argument("--scope", action="append", required=True, help="products:read; repeat")
        made.add_argument("--role", help="at most the owner's, which is the default")
        made.add_argument("--network", action="append", default=[], help="192.0.2.0/24; repeat")
        made.add_argument("--days", type=int, help="how long it is good; for ever if not given")
        rotated = tasks.add_parser("rotate")
        rotated.add_argument("id", type=UUID)
        rotated.add_argument("--overlap-hours", type=int, default=24)
        limited = tasks.add_parser("rate")
        limited.add_argument("id", type=UUID)
        limited.add_argument("rate", help='such as 600/min; "" for that of the settings')
        tasks.add_parser("revoke").add_argument("id", type=UUID)

    def handle(self, *, task: str, **options: Any) -> None:
        try:
            getattr(self, f"_{task}")(options)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _list(self, options: dict[str, Any]) -> None:
        keys = ApiKey.objects.select_related("owner")
        if options["owner"]:
            keys = keys.filter(owner__username__iexact=options["owner"])
        for key in keys.iterator():
            state = "living" if key.is_living else "over"
            used = key.last_used_at.isoformat(timespec="minutes") if key.last_used_at else "never"
            self.stdout.write(
                f"{key.pk}  {state}  {key.owner}  {key.name}  {key.role}  {','.join(key.scopes)}"
                f"  used {used}"
            )

    def _create(self, options: dict[str, Any]) -> None:
        owner = User.objects.filter(username__iexact=options["owner"]).first()
        if owner is None:
            raise CommandError(f"There is no user {options['owner']!r}.")
        days = options["days"]
        _, text = create_api_key(
            owner,
            name=options["name"],
            scopes=options["scope"],
            role=options["role"],
            networks=options["network"],
            expires_at=timezone.now() + timedelta(days=days) if days is not None else None,
            actor=ACTOR,
        )
        self.stdout.write(text)

    def _rotate(self, options: dict[str, Any]) -> None:
        overlap = timedelta(hours=options["overlap_hours"])
        _, text = rotate_api_key(
            options["id"], visible=ApiKey.objects.all(), overlap=overlap, actor=ACTOR
        )
        self.stdout.write(text)

    def _rate(self, options: dict[str, Any]) -> None:
        key = set_api_key_rate(
            options["id"], rate=options["rate"], visible=ApiKey.objects.all(), actor=ACTOR
        )
        self.stdout.write(f"{key.name} of {key.owner} may ask {key.rate or 'as the setting says'}.")

    def _revoke(self, options: dict[str, Any]) -> None:
        key = revoke_api_key(options["id"], visible=ApiKey.objects.all(), actor=ACTOR)
        self.stdout.write(f"Revoked {key.name} of {key.owner}.")
