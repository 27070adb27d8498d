"""First, forgotten and changed passwords: one link, once, from the worker, to the right host."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from accounts.links import Purpose, link_for, link_token
from accounts.mails import send_invitation_mail, send_reset_mail
from accounts.models import AuditEvent, User
from accounts.services import disable_user
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory
from tests.accounts.fixtures import Caller

pytestmark = pytest.mark.django_db
TOKEN, ME = "/api/v1/auth/token", "/api/v1/auth/me"
RESET, CONFIRM = "/api/v1/auth/password-reset", "/api/v1/auth/password-reset/confirm"
OWN, INVITE = "/api/v1/auth/password", "/api/v1/auth/invitations"
TASKS = {"send_reset_mail": send_reset_mail, "send_invitation_mail": send_invitation_mail}
NEW = "purple tractor under seven clouds"


@pytest.fixture(autouse=True)
def mail_on(settings: Any) -> None:
    settings.MAIL_ENABLED, settings.PUBLIC_URL = True, "https://catalog.example"


def post(path: str, client: Any = None, **body: Any) -> Any:
    return (client or APIClient()).post(path, body, format="json")


def run_jobs() -> None:
    """What the worker would do with the jobs that wait."""
    for job in ProcrastinateJob.objects.filter(status="todo").order_by("id"):
        send: Any = TASKS[job.task_name.rpartition(".")[2]]
        send(**job.args)


def mailed_token() -> str:
    found = re.search(r"\?token=(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1].replace("%3A", ":")


class TestForgotten:
    def test_the_mail_leads_to_a_new_password_once(self) -> None:
        ada = Caller(UserFactory.create(username="ada"))
        assert post(RESET, email=ada.user.email.upper()).status_code == 202
        assert mail.outbox == []  # the worker's business
        run_jobs()
        assert mail.outbox[0].to == [ada.user.email]
        assert "https://catalog.example/admin/set-password/?token=reset" in mail.outbox[0].body
        token = mailed_token()
        assert post(CONFIRM, token=token, password=NEW).status_code == 204
        assert ada.get(ME).status_code == 401  # every sign-in has ended
        assert post(TOKEN, username="ada", password=NEW).status_code == 200
        again = post(CONFIRM, token=token, password="another long enough one")
        assert (again.status_code, again.json()["code"]) == (400, "link-is-over")

    def test_no_job_and_no_log_line_holds_a_link(self) -> None:
        user = UserFactory.create()
        with capture_logs() as logs:
            post(RESET, email=user.email)
            run_jobs()
        [job] = ProcrastinateJob.objects.values_list("args", flat=True)
        assert job == {"address": user.email}
        assert mailed_token() not in str(logs)
        assert mailed_token() not in str(list(AuditEvent.objects.values()))

    @pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
    def test_the_link_never_follows_a_header(self, header: str, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["*"]
        user = UserFactory.create()
        forged: Any = {header: "evil.example"}
        APIClient(**forged).post(RESET, {"email": user.email}, format="json")
        run_jobs()
        assert "evil.example" not in mail.outbox[0].body

    def test_nobody_and_the_disabled_get_no_mail(self) -> None:
        gone = UserFactory.create(disabled=True)
        for address in ("nobody@example.com", gone.email):
            assert post(RESET, email=address).status_code == 202
        run_jobs()
        assert mail.outbox == []

    def test_a_link_ends_with_time_sign_in_change_and_disabling(self) -> None:
        ada = UserFactory.create(username="ada")
        old = link_token(ada, Purpose.RESET)
        with time_machine.travel(timezone.now() + timedelta(minutes=61)):
            assert post(CONFIRM, token=old, password=NEW).status_code == 400
        post(TOKEN, username="ada", password=PASSWORD)
        assert post(CONFIRM, token=old, password=NEW).status_code == 400
        ada.refresh_from_db()
        newer = link_token(ada, Purpose.RESET)
        User.objects.filter(pk=ada.pk).update(email="other@example.com")
        assert post(CONFIRM, token=newer, password=NEW).status_code == 400
        ada.refresh_from_db()
        newest = link_token(ada, Purpose.RESET)
        disable_user(ada.pk, actor=SYSTEM)
        assert post(CONFIRM, token=newest, password=NEW).status_code == 400

    @pytest.mark.parametrize("token", ["", "reset", "reset:x", "invitation:a:b:c", "x" * 600])
    def test_what_is_no_link_is_refused(self, token: str) -> None:
        assert post(CONFIRM, token=token, password=NEW).status_code == 400

    def test_a_link_for_one_purpose_is_none_for_the_other(self) -> None:
        token = link_token(UserFactory.create(), Purpose.RESET)
        turned = token.replace("reset:", "invitation:")
        assert post(CONFIRM, token=turned, password=NEW).status_code == 400

    def test_asking_is_limited_and_a_victim_can_still_ask(self) -> None:
        victim = UserFactory.create()
        ask = {"path": RESET, "email": victim.email}
        attacker, owner = APIClient(REMOTE_ADDR="203.0.113.5"), APIClient(REMOTE_ADDR="192.0.2.9")
        codes = [post(client=attacker, **ask).status_code for _ in range(7)]
        assert codes == [202] * 5 + [429] * 2
        assert 0 < int(post(client=attacker, **ask)["Retry-After"]) <= 900
        assert post(client=owner, **ask).status_code == 202

    def test_nobody_is_buried_in_mails(self, settings: Any) -> None:
        user = UserFactory.create()
        settings.RESET_MAILS_PER_HOUR = 2
        for _ in range(4):
            send_reset_mail(address=user.email)
        assert len(mail.outbox) == 2

    def test_without_mail_it_says_so(self, settings: Any) -> None:
        settings.MAIL_ENABLED = False
        answer = post(RESET, email="nobody@example.com")
        assert (answer.status_code, answer.json()["code"]) == (409, "mail-is-off")


class TestThePages:
    def test_the_link_opens_a_form_that_sets_the_password(self) -> None:
        ada = UserFactory.create(username="ada")
        address = link_for(ada, Purpose.RESET).removeprefix("https://catalog.example")
        browser = Client(enforce_csrf_checks=False)
        page = browser.get(address)
        assert page.status_code == 200
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["Cache-Control"] == "no-store"
        ada.refresh_from_db()
        assert ada.check_password(PASSWORD)  # looking changes nothing
        token = link_token(ada, Purpose.RESET)
        body = {"token": token, "password": NEW, "again": NEW + "x"}
        assert "The two are not the same." in browser.post("/admin/set-password/", body).text
        weak = {"token": token, "password": "password1234", "again": "password1234"}
        assert "Take four words" in browser.post("/admin/set-password/", weak).text
        done = browser.post("/admin/set-password/", {**body, "again": NEW})
        assert done["Location"] == "/admin/login/"
        assert browser.post("/admin/set-password/", body).status_code == 410

    def test_a_stale_link_says_how_to_get_another(self) -> None:
        page = Client().get("/admin/set-password/?token=reset:nonsense")
        assert page.status_code == 410
        assert "/admin/forgotten/" in page.text

    def test_the_login_page_leads_to_the_form_and_it_says_the_same_to_all(self) -> None:
        assert "/admin/forgotten/" in Client().get("/admin/login/").text
        user = UserFactory.create()
        pages = [
            Client().post("/admin/forgotten/", {"email": address})
            for address in (user.email, "nobody@example.com")
        ]
        assert {page.status_code for page in pages} == {200}
        assert all("a mail with a link is on its way" in page.text for page in pages)
        run_jobs()
        assert [sent.to for sent in mail.outbox] == [[user.email]]

    def test_without_mail_the_page_says_whom_to_ask(self, settings: Any) -> None:
        settings.MAIL_ENABLED = False
        assert "A manager can set a new password" in Client().get("/admin/forgotten/").text

    def test_too_many_wishes_are_429(self) -> None:
        browser = Client()
        for _ in range(5):
            browser.post("/admin/forgotten/", {"email": "ada@example.com"})
        page = browser.post("/admin/forgotten/", {"email": "ada@example.com"})
        assert (page.status_code, "Retry-After" in page) == (429, True)


class TestInvitations:
    ASKED = {"username": "grace", "email": "grace@example.com", "roles": ["editor"]}

    def test_a_manager_invites_and_the_invited_choose_their_password(self, manager: Caller) -> None:
        answer = post(INVITE, manager, **self.ASKED, is_staff=True)
        assert answer.status_code == 201
        shown = answer.json()
        assert (shown["roles"], shown["is_staff"], shown["expires_in"]) == (
            ["editor"],
            True,
            604800,
        )
        assert "token" not in str(shown)
        assert post(TOKEN, username="grace", password="").status_code == 400
        run_jobs()
        assert mail.outbox[0].to == ["grace@example.com"]
        token = mailed_token()
        assert post(CONFIRM, token=token, password=NEW).status_code == 204
        assert post(TOKEN, username="grace", password=NEW).status_code == 200
        assert post(CONFIRM, token=token, password=NEW).status_code == 400
        events = AuditEvent.objects.filter(user_label="grace").order_by("id")
        assert [event.event for event in events] == [
            "user.invited", "invitation.sent", "invitation.accepted", "login.succeeded",
        ]  # fmt: skip
        assert events[0].actor_label == manager.user.username

    def test_nobody_gives_more_than_they_have(self, manager: Caller, editor: Caller) -> None:
        assert post(INVITE, editor, **self.ASKED).status_code == 403
        answer = post(INVITE, manager, **{**self.ASKED, "roles": ["admin"]})
        assert (answer.status_code, answer.json()["code"]) == (403, "may-not-give-role")
        assert not User.objects.filter(username="grace").exists()

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"username": "a@b"}, "invalid-user"),
            ({"roles": ["king"]}, "unknown-role"),
            ({"email": "nonsense"}, "validation-failed"),
            ({"is_superuser": True}, "validation-failed"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, manager: Caller, changed: dict[str, Any], code: str
    ) -> None:
        answer = post(INVITE, manager, **{**self.ASKED, **changed})
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_a_second_invitation_of_the_same_is_409(self, manager: Caller) -> None:
        assert post(INVITE, manager, **self.ASKED).status_code == 201
        assert post(INVITE, manager, **self.ASKED).status_code == 409

    def test_in_the_admin_no_password_means_an_invitation(self) -> None:
        desk = Client()
        desk.force_login(UserFactory.create(username="boss", manager=True))
        body = {"username": "grace", "email": "", "password1": "", "password2": ""}
        assert "Give an address" in desk.post("/admin/accounts/user/add/", body).text
        body["email"] = "grace@example.com"
        assert desk.post("/admin/accounts/user/add/", body).status_code == 302
        grace = User.objects.get(username="grace")
        assert not grace.has_usable_password()
        run_jobs()
        chosen = {"action": "send_link", "_selected_action": [str(grace.pk)]}
        desk.post("/admin/accounts/user/", chosen)
        run_jobs()
        assert [sent.subject for sent in mail.outbox] == ["You are invited to the catalog"] * 3

    def test_without_mail_the_admin_wants_a_password(self, settings: Any) -> None:
        settings.MAIL_ENABLED = False
        desk = Client()
        desk.force_login(UserFactory.create(manager=True))
        body = {"username": "grace", "email": "g@example.com", "password1": "", "password2": ""}
        assert "sends no mail" in desk.post("/admin/accounts/user/add/", body).text


class TestOwnPassword:
    def test_this_sign_in_goes_on_and_all_others_end(self) -> None:
        user = UserFactory.create(username="ada")
        here, there = Caller(user), Caller(user)
        changed = post(OWN, here, current_password=PASSWORD, password=NEW)
        assert changed.status_code == 204
        assert (here.get(ME).status_code, there.get(ME).status_code) == (200, 401)
        renewed = post("/api/v1/auth/token/refresh", refresh=here.tokens.refresh)
        assert renewed.status_code == 200
        assert post(TOKEN, username="ada", password=NEW).status_code == 200

    def test_the_present_one_is_needed_and_guessing_it_is_limited(self) -> None:
        caller = Caller(UserFactory.create())
        wrong = post(OWN, caller, current_password="wrong", password=NEW)
        assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong-password")
        assert wrong.json()["errors"][0]["pointer"] == "/current_password"
        for _ in range(9):
            post(OWN, caller, current_password="wrong", password=NEW)
        assert post(OWN, caller, current_password=PASSWORD, password=NEW).status_code == 429

    def test_a_weak_one_changes_nothing(self) -> None:
        caller = Caller(UserFactory.create())
        answer = post(OWN, caller, current_password=PASSWORD, password="qwertyuiop123")
        assert (answer.status_code, answer.json()["code"]) == (400, "password-too-weak")
        assert caller.get(ME).status_code == 200


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "iloveyou12345", "qwertyuiop123", "aaaaaaaaaaaaaa", "abcabcabcabcabc",
     "adalovelace1", "123456789012"],
)  # fmt: skip
def test_what_guessers_try_early_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, User(username="adalovelace", email="ada@example.com"))


@pytest.mark.parametrize(
    "password",
    [NEW, "correct horse battery staple", "žluťoučký kůň úpěl", "long ", "x7Qm9vT2pLw4"],
)
def test_what_is_hard_to_guess_needs_no_rule(password: str) -> None:
    if password == "long ":
        password += NEW * 20
    validate_password(password, User(username="ada"))
