"""What must happen now and then without anybody asking."""

import structlog
from procrastinate.contrib.django import app

from catalog_project.api.idempotency import prune_answers

log = structlog.get_logger(__name__)


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="catalog_project.prune", pass_context=False)
def prune_stored_answers(timestamp: int) -> None:  # noqa: ARG001  # the time it was due
    """Forget the answers of Idempotency-Keys whose time is over. Safe to run twice."""
    log.info("answers.pruned", answers=prune_answers())
