"""The background worker as a program."""

import orjson
import pytest
from django.core.management import call_command
from procrastinate.contrib.django import app


@pytest.mark.django_db(transaction=True)
def test_a_worker_starts_without_a_word_past_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    call_command("procrastinate", "worker", "--one-shot")
    # Jobs that are due at this minute of the hour run, and say so.
    lines = [orjson.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line for line in lines if line["level"] != "info"] == []


def test_the_worker_knows_the_jobs_of_every_application() -> None:
    assert "accounts.jobs.prune_expired_sign_ins" in app.tasks
