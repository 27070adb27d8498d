"""The commands that make and change people."""

import io
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory


def ensure_admin(path: Path) -> str:
    out = io.StringIO()
    call_command("ensure_admin", password_file=path, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_first_admin_gets_a_password_that_is_shown_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "admin-password"
    shown = ensure_admin(path)
    password = path.read_text().strip()
    admin = User.objects.get()
    assert (admin.username, admin.is_superuser, admin.is_staff) == ("admin", True, True)
    assert admin.check_password(password)
    assert len(password) == 24
    assert shown.count(password) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.django_db
def test_nothing_happens_when_there_is_a_superuser(tmp_path: Path) -> None:
    User.objects.create_superuser("root", password=PASSWORD)
    assert ensure_admin(tmp_path / "admin-password") == ""
    assert list(tmp_path.iterdir()) == []
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_makes_nobody(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Cannot write .*No such file or directory"):
        ensure_admin(tmp_path / "missing" / "admin-password")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_path_that_is_a_folder_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "admin-password" / "x").mkdir(parents=True)
    with pytest.raises(CommandError, match="Cannot write"):
        ensure_admin(tmp_path / "admin-password")
    assert [path.name for path in tmp_path.iterdir()] == ["admin-password"]
    assert not User.objects.exists()


@pytest.mark.django_db
def test_somebody_else_called_admin_is_not_promoted(tmp_path: Path) -> None:
    UserFactory.create(username="Admin")
    with pytest.raises(CommandError, match="exists but is no superuser"):
        ensure_admin(tmp_path / "admin-password")
    assert list(tmp_path.iterdir()) == []
    assert not User.objects.get().is_superuser


@pytest.mark.django_db(transaction=True)
def test_two_services_that_start_at_once_make_one_admin(tmp_path: Path) -> None:
    start = Barrier(4)

    def run(number: int) -> str:
        try:
            start.wait(timeout=30)
            return ensure_admin(tmp_path / f"password-{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        shown = [text for text in pool.map(run, range(4)) if text]
    assert len(shown) == 1
    assert User.objects.get().check_password(next(tmp_path.iterdir()).read_text().strip())


@pytest.mark.django_db
def test_createsuperuser_works_as_in_any_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser", "--noinput", "--username=root", "--email=root@example.com", verbosity=0
    )
    root = User.objects.get()
    assert (root.username, root.email, root.is_superuser) == ("root", "root@example.com", True)
    assert root.check_password(PASSWORD)


@pytest.mark.django_db
def test_changepassword_works_as_in_any_project(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    user = UserFactory.create()
    monkeypatch.setattr("getpass.getpass", lambda **_: "a-brand-new-secret")
    call_command("changepassword", user.username)
    user.refresh_from_db()
    assert user.check_password("a-brand-new-secret")
    assert "changed successfully" in capsys.readouterr().out
