"""`migrate` without the time limit of requests: building an index may take minutes.

The lock limit stays, so that a migration that waits for a lock gives up instead of holding up
every request behind it. Run it again; finished migrations are not repeated.
"""

from typing import Any

from django.core.management.commands import migrate

from catalog_project.ops.database import unlimited_statements


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with unlimited_statements():
            return super().handle(*args, **options)
