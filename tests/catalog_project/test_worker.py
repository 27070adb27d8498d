"""The background worker as a program."""

import pytest
from django.core.management import call_command
from procrastinate.contrib.django import app


@pytest.mark.django_db(transaction=True)
def test_a_worker_starts_without_a_word_past_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    call_command("procrastinate", "worker", "--one-shot")
    assert capfd.readouterr().err == ""


def test_the_worker_knows_the_jobs_of_every_application() -> None:
    assert "accounts.jobs.prune_expired_sign_ins" in app.tasks
