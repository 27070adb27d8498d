"""Everything that must be true before the first request, in one process: it starts once.

`make run` calls it at every start. Each step does nothing when there is nothing to do.
"""

import hashlib
import io
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = (
        "Migrate, print documents anew where this release prints them in another way, collect "
        " static files, seed an empty catalog and make the first user."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo-products", type=int, default=0, metavar="N")
        parser.add_argument("--password-file", type=Path, metavar="PATH")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        ensure_database_answers()
        self.migrate()
        if is_known("rebuild_documents"):
            call_command("rebuild_documents", if_outdated=True, stdout=self.stdout)
        self.collect_static_files()
        if options["demo_products"] and is_catalog_empty() and is_known("seed_catalog"):
            self.say(f"Seeding a demo catalog of {options['demo_products']} products")
            call_command("seed_catalog", products=options["demo_products"])
        if options["password_file"] and is_known("ensure_admin"):
            # It prints the password; the supervisor does so too, once, at the end.
            call_command(
                "ensure_admin", password_file=options["password_file"], stdout=io.StringIO()
            )

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say(f"Migrating the database: {len(plan)} steps")
            call_command("migrate", interactive=False)

    def collect_static_files(self) -> None:
        """Copy static files unless the same ones were copied before: it takes seconds."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        wanted = static_files_digest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        self.say("Collecting static files")
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def ensure_database_answers() -> None:
    """Ask once and directly: the pool would try again for a while, and say less."""
    database = settings.DATABASES["default"]
    names = {
        "HOST": "host",
        "PORT": "port",
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
    }
    parameters = {key: database[name] for name, key in names.items() if database.get(name)}
    try:
        psycopg.connect(**parameters, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise CommandError(
            f"DATABASE_URL does not answer ({reason}): start that PostgreSQL, correct"
            " DATABASE_URL, or unset it to use the embedded one."
        ) from None


def is_catalog_empty() -> bool:
    """Whether no product was ever written: a shop that deleted its products gets no demo."""
    models = [apps.get_model("products", name) for name in ("Product", "Change")]
    return not any(model._default_manager.exists() for model in models)


def is_known(command: str) -> bool:
    return command in get_commands()


def static_files_digest() -> str:
    """Changes when any static file or the way they are stored does."""
    found = [
        (path, storage.path(path), Path(storage.path(path)).stat().st_mtime_ns)
        for finder in get_finders()
        for path, storage in finder.list([])
    ]
    facts = json.dumps([sorted(found), settings.STORAGES], default=str)
    return hashlib.sha256(facts.encode()).hexdigest()
