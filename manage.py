#!/usr/bin/env python3
"""Run a Django command: `python manage.py help` lists them.

Without DATABASE_URL a command reaches the services of this clone, or starts what it needs and
stops it again (docs/running.md).
"""

import os
import sys

from catalog_project.embedded.environment import complete_environment, one_line_errors
from catalog_project.loading import nothing_becomes_garbage


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_project.settings")
    with one_line_errors(), complete_environment(sys.argv[1:]):
        # Only now: importing Django's commands may already read the settings.
        import django  # noqa: PLC0415
        from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
        from django.core.management import execute_from_command_line  # noqa: PLC0415
        from django.db import ProgrammingError  # noqa: PLC0415
        from psycopg.errors import UndefinedColumn, UndefinedTable  # noqa: PLC0415

        try:
            with nothing_becomes_garbage():
                django.setup()
            execute_from_command_line(sys.argv)
        except ImproperlyConfigured as error:
            sys.exit(f"Error: {error}")
        except ProgrammingError as error:
            if isinstance(error.__cause__, UndefinedTable | UndefinedColumn):
                sys.exit("Error: the database is not up to date. Run `manage.py migrate` first.")
            raise


if __name__ == "__main__":
    main()
