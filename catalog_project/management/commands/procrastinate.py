"""`procrastinate`, whose worker starts without a word of its own on the standard error stream.

The library prints one line there past all logging. It would be the only line of a container's log
that is no JSON, and the last one after `make run` has said where the catalog is.
"""

import logging
from typing import Any

from procrastinate import cli
from procrastinate.contrib.django.management.commands import procrastinate

log = logging.getLogger("procrastinate.cli")


class Command(procrastinate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if options.get("command") == "worker":
            cli.print_stderr = _log
        super().handle(*args, **options)


def _log(*words: Any) -> None:
    log.info("%s", " ".join(map(str, words)))
