"""Codes from an app: asked for wherever a password is, good once, and slow to guess."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.test import APIClient

from accounts.errors import LoginThrottled
from accounts.models import AuditEvent, User
from accounts.sealed_totp import SEALED, SealedTOTPDevice
from accounts.seals import SealBroken
from accounts.second_factor import begin_setup, finish_setup, is_right_code
from tests.accounts.factories import PASSWORD, SYSTEM, UserFactory
from tests.accounts.fixtures import Caller, Program

pytestmark = pytest.mark.django_db
TOKEN, ME = "/api/v1/auth/token", "/api/v1/auth/me"
LOGIN, FACTOR, ACCOUNT = "/admin/login/", "/admin/account/second-factor/", "/admin/account/"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def code_of(user: User) -> str:
    device = SealedTOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, t0=0):06d}"


@pytest.fixture
def ada(db: None, clock: Any) -> User:
    """A member of staff with a second factor; her recovery codes are in `ada.codes`."""
    user = UserFactory.create(username="ada", manager=True)
    begin_setup(user)
    vars(user)["codes"] = finish_setup(user, code_of(user), actor=SYSTEM)
    user.refresh_from_db()
    clock.shift(timedelta(seconds=60))
    return user


def sign_in(password: str = PASSWORD, **more: str) -> Any:
    body = {"username": "ada", "password": password, **more}
    return APIClient().post(TOKEN, body, format="json")


class TestTheApi:
    def test_the_password_alone_is_not_enough(self, ada: User) -> None:
        answer = sign_in()
        assert (answer.status_code, answer.json()["code"]) == (401, "second-factor-required")
        assert answer["WWW-Authenticate"] == 'Bearer realm="catalog"'
        assert sign_in(otp=code_of(ada)).status_code == 200

    def test_a_wrong_password_is_told_from_nothing_by_the_code(self, ada: User) -> None:
        answer = sign_in("wrong", otp=code_of(ada))
        assert (answer.status_code, answer.json()["code"]) == (401, "authentication-failed")

    def test_a_code_is_good_once(self, ada: User, clock: Any) -> None:
        code = code_of(ada)
        assert sign_in(otp=code).status_code == 200
        again = sign_in(otp=code)
        assert (again.status_code, again.json()["code"]) == (401, "second-factor-wrong")
        clock.shift(timedelta(seconds=30))
        assert sign_in(otp=code_of(ada)).status_code == 200

    def test_a_recovery_code_is_good_once_however_it_is_typed(self, ada: User) -> None:
        code = ada.codes[3]  # type: ignore[attr-defined]  # the fixture's
        assert re.fullmatch(r"([a-z2-7]{4}-){5}[a-z2-7]{4}", code)
        assert sign_in(otp=code.upper().replace("-", " ")).status_code == 200
        assert sign_in(otp=code).status_code == 401
        assert StaticToken.objects.count() == 9

    def test_no_recovery_code_is_stored_as_it_is(self, ada: User) -> None:
        stored = set(StaticToken.objects.values_list("token", flat=True))
        plain = {code.replace("-", "") for code in ada.codes}  # type: ignore[attr-defined]
        assert len(stored) == 10
        assert not any(
            token in code or code.startswith(token) for token in stored for code in plain
        )

    def test_guessing_gets_slow_from_everywhere(self, ada: User, clock: Any) -> None:
        codes = []
        for number in range(4):
            caller = APIClient(REMOTE_ADDR=f"203.0.113.{number}")
            body = {"username": "ada", "password": PASSWORD, "otp": "000000"}
            codes.append(caller.post(TOKEN, body, format="json"))
        assert [answer.status_code for answer in codes] == [401, 429, 429, 429]
        assert int(codes[1]["Retry-After"]) >= 1
        clock.shift(timedelta(seconds=30))
        assert sign_in(otp=code_of(ada)).status_code == 200

    def test_wrong_codes_count_as_failed_logins(self, ada: User, clock: Any) -> None:
        for _ in range(10):
            assert sign_in(otp="000000").status_code == 401
            clock.shift(timedelta(seconds=600 / 9))
            TOTPDevice.objects.update(throttling_failure_count=0)
        clock.shift(timedelta(seconds=-600 / 9))
        assert sign_in(otp=code_of(ada)).status_code == 429

    @pytest.mark.parametrize("typed", ["000000", "aaaa-bbbb-cccc-dddd-eeee-ffff"])
    def test_guessing_shuts_nobody_out_for_longer_than_an_hour_or_so(
        self, typed: str, ada: User, clock: Any
    ) -> None:
        for devices in (TOTPDevice, StaticDevice):
            devices.objects.update(
                throttling_failure_count=40, throttling_failure_timestamp=timezone.now()
            )
        with pytest.raises(LoginThrottled) as refused:
            is_right_code(ada, typed)
        assert refused.value.wait <= 4097
        clock.shift(timedelta(seconds=4097))
        assert not is_right_code(ada, typed)
        clock.shift(timedelta(seconds=4097))
        assert is_right_code(ada, code_of(ada))
        assert is_right_code(ada, ada.codes[0])  # type: ignore[attr-defined]  # the fixture's

    def test_keys_are_for_machines_and_need_no_code(self, ada: User) -> None:
        assert Program(ada).get(ME).status_code == 200

    @pytest.mark.parametrize("code", ["١٢٣٤٥٦", "-12345", "+12345", "1e5", "", " ", "x" * 64])
    def test_what_is_no_code_is_refused(self, ada: User, code: str) -> None:
        assert sign_in(otp=code).status_code in (400, 401)


class TestTheAdmin:
    def enter(self, **more: str) -> tuple[Client, Any]:
        browser = Client(HTTP_USER_AGENT="Firefox on a train")
        body = {"username": "ada", "password": PASSWORD, "next": "/admin/accounts/user/", **more}
        return browser, browser.post(LOGIN, body)

    def ticket(self, page: Any) -> str:
        found = re.search(r'name="ticket" value="([^"]+)"', page.text)
        assert found
        return found[1]

    def test_the_second_page_asks_for_the_code_and_then_leads_on(self, ada: User) -> None:
        browser, page = self.enter()
        assert page.status_code == 200
        assert browser.get("/admin/").status_code == 302  # not in yet
        body = {"ticket": self.ticket(page), "code": code_of(ada), "next": "/admin/accounts/user/"}
        entered = browser.post(LOGIN, body)
        assert entered["Location"] == "/admin/accounts/user/"
        assert browser.get("/admin/accounts/user/").status_code == 200
        assert "Firefox on a train" in browser.get(ACCOUNT).text

    def test_a_wrong_code_stays_there_and_is_counted(self, ada: User) -> None:
        browser, page = self.enter()
        body = {"ticket": self.ticket(page), "code": "000000"}
        assert "each is good once" in browser.post(LOGIN, body).text
        assert browser.post(LOGIN, body).status_code == 429
        assert browser.get("/admin/").status_code == 302

    def test_it_leads_nowhere_else(self, ada: User) -> None:
        browser, page = self.enter()
        body = {"ticket": self.ticket(page), "code": code_of(ada), "next": "https://evil.example/"}
        assert browser.post(LOGIN, body)["Location"] == "/admin/"

    def test_a_ticket_is_over_after_five_minutes_and_with_the_password(
        self, ada: User, clock: Any
    ) -> None:
        browser, page = self.enter()
        ticket = self.ticket(page)
        clock.shift(timedelta(minutes=5, seconds=1))
        body = {"ticket": ticket, "code": code_of(ada)}
        assert browser.post(LOGIN, body)["Location"] == LOGIN
        browser, page = self.enter()
        ada.set_password("another long secret")
        ada.save()
        body = {"ticket": self.ticket(page), "code": code_of(ada)}
        assert browser.post(LOGIN, body)["Location"] == LOGIN
        assert browser.post(LOGIN, {"ticket": "x", "code": "1"})["Location"] == LOGIN

    def test_who_is_no_staff_gets_no_ticket(self, ada: User) -> None:
        User.objects.filter(pk=ada.pk).update(is_staff=False)
        _, page = self.enter()
        assert "ticket" not in page.text

    def test_nobody_sees_the_secrets_of_others(self) -> None:
        assert not admin.site.is_registered(TOTPDevice)
        assert not admin.site.is_registered(StaticDevice)

    def test_the_command_takes_a_lost_factor_away(self, ada: User) -> None:
        out = io.StringIO()
        call_command("remove_second_factor", "ADA", stdout=out)
        assert out.getvalue() == "ada signs in with the password alone now.\n"
        assert sign_in().status_code == 200
        for name, complaint in (("ada", "ada has no second factor"), ("bob", "There is no user")):
            with pytest.raises(CommandError, match=complaint):
                call_command("remove_second_factor", name)

    def test_a_manager_takes_a_lost_factor_away(self, ada: User) -> None:
        desk = Client()
        desk.force_login(UserFactory.create(manager=True))
        chosen = {"action": "remove_factor", "_selected_action": [str(ada.pk)]}
        desk.post("/admin/accounts/user/", chosen)
        assert sign_in().status_code == 200
        assert AuditEvent.objects.filter(event="second_factor.off", user_id=ada.pk).count() == 1


class TestSettingItUp:
    @pytest.fixture
    def desk(self, clock: Any) -> Client:
        UserFactory.create(username="ada", manager=True)
        browser = Client()
        browser.post(LOGIN, {"username": "ada", "password": PASSWORD})
        return browser

    def test_scan_type_and_keep_the_codes(self, desk: Client, clock: Any) -> None:
        page = desk.get(FACTOR)
        assert 'src="data:image/svg+xml' in page.text
        assert "no-store" in page["Cache-Control"]
        ada = User.objects.get(username="ada")
        elsewhere = Caller(ada)
        secret = SealedTOTPDevice.objects.get(user=ada)
        assert secret.config_url.startswith("otpauth://totp/Catalog%3Aada?secret=")
        desk.get(FACTOR)  # the same secret until it is confirmed
        assert TOTPDevice.objects.count() == 1
        assert "The code is wrong" in desk.post(FACTOR, {"code": "000000"}).text
        assert sign_in().status_code == 200  # not on yet
        clock.shift(timedelta(seconds=30))
        done = desk.post(FACTOR, {"code": code_of(ada)})
        assert "no-store" in done["Cache-Control"]
        codes = re.findall(r"<code>([a-z2-7-]+)</code>", done.text)
        assert len(codes) == 10
        assert codes[0] not in desk.get(FACTOR).text
        assert desk.get(ACCOUNT).status_code == 200  # this browser goes on
        assert elsewhere.get(ME).status_code == 401  # all others ended
        assert sign_in().status_code == 401
        assert sign_in(otp=codes[0]).status_code == 200

    def test_new_codes_and_switching_off_take_the_password(self, desk: Client) -> None:
        desk.get(FACTOR)
        ada = User.objects.get(username="ada")
        old = re.findall(
            r"<code>([a-z2-7-]+)</code>", desk.post(FACTOR, {"code": code_of(ada)}).text
        )
        wrong = desk.post(FACTOR, {"current": "wrong", "off": "1"})
        assert "not the present password" in wrong.text
        new = desk.post(FACTOR, {"current": PASSWORD, "codes": "1"}).text
        assert old[0] not in new
        assert sign_in(otp=old[0]).status_code == 401
        assert desk.post(FACTOR, {"current": PASSWORD, "off": "1"})["Location"] == ACCOUNT
        assert desk.get(ACCOUNT).status_code == 200
        assert sign_in().status_code == 200
        events = AuditEvent.objects.filter(event__startswith="second_factor.").order_by("id")
        assert [event.event for event in events] == [
            "second_factor.on", "second_factor.codes_replaced", "second_factor.off",
        ]  # fmt: skip


class TestWhereItIsRequired:
    @pytest.fixture(autouse=True)
    def required(self, settings: Any, clock: Any) -> None:
        settings.STAFF_REQUIRE_TOTP = True

    def test_staff_are_led_to_the_page_and_nowhere_else(self, clock: Any) -> None:
        ada = UserFactory.create(username="ada", manager=True)
        browser = Client()
        browser.post(LOGIN, {"username": "ada", "password": PASSWORD})
        for path in ("/admin/", "/admin/accounts/user/", ACCOUNT):
            assert browser.get(path)["Location"] == FACTOR
        assert browser.get(FACTOR).status_code == 200
        assert browser.post(FACTOR, {"code": code_of(ada)}).status_code == 200
        assert browser.get("/admin/accounts/user/").status_code == 200
        assert browser.get("/").status_code == 200

    def test_staff_without_one_get_no_token_and_others_do(self) -> None:
        UserFactory.create(username="ada", manager=True)
        answer = sign_in()
        assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-missing")
        UserFactory.create(username="bob")
        body = {"username": "bob", "password": PASSWORD}
        assert APIClient().post(TOKEN, body, format="json").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_with_one_code_one_gets_in() -> None:
    user = UserFactory.create()
    with time_machine.travel(NOON, tick=False) as clock:
        begin_setup(user)
        finish_setup(user, code_of(user), actor=SYSTEM)
        clock.shift(timedelta(seconds=60))
        code = code_of(user)

        def use(_: int) -> bool:
            try:
                return is_right_code(user, code)
            except Exception:  # noqa: BLE001  # slowed down after the first refusal
                return False
            finally:
                connections.close_all()

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(use, range(6))) == 1


class TestSecretsAtRest:
    OLD = "k" * 20 + "an-older-key-that-nobody-can-guess-" + "z9" * 10

    def stored(self, user: User) -> str:
        return str(TOTPDevice.objects.get(user=user).key)

    def test_the_table_holds_no_secret(self, ada: User) -> None:
        secret = SealedTOTPDevice.objects.get(user=ada).bin_key
        stored = self.stored(ada)
        assert len(secret) == 20
        assert stored.startswith(SEALED)
        assert secret.hex() not in stored
        assert sign_in(otp=code_of(ada)).status_code == 200

    def test_a_secret_opens_for_its_user_alone(self, ada: User) -> None:
        bob = UserFactory.create(username="bob")
        TOTPDevice.objects.filter(user=ada).update(user=bob)
        with pytest.raises(SealBroken):
            _ = SealedTOTPDevice.objects.get(user=bob).bin_key

    def test_a_bare_one_of_an_older_release_is_sealed_by_its_next_use(self, ada: User) -> None:
        secret = SealedTOTPDevice.objects.get(user=ada).bin_key
        TOTPDevice.objects.filter(user=ada).update(key=secret.hex())
        assert sign_in(otp=code_of(ada)).status_code == 200
        assert self.stored(ada).startswith(SEALED)
        assert SealedTOTPDevice.objects.get(user=ada).bin_key == secret

    def test_secret_key_changes_and_nobody_notices(self, ada: User, settings: Any) -> None:
        before, secret = settings.SECRET_KEY, SealedTOTPDevice.objects.get(user=ada).bin_key
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = self.OLD, [before]
        out = io.StringIO()
        call_command("seal_second_factors", stdout=out)
        assert out.getvalue() == "1 sealed.\n"
        settings.SECRET_KEY_FALLBACKS = []
        assert SealedTOTPDevice.objects.get(user=ada).bin_key == secret
        assert sign_in(otp=code_of(ada)).status_code == 200

    def test_without_the_old_key_codes_are_wrong_and_recovery_codes_work(
        self, ada: User, settings: Any
    ) -> None:
        code = code_of(ada)
        settings.SECRET_KEY = self.OLD
        assert sign_in(otp=code).status_code == 401
        with pytest.raises(CommandError, match="No key opens those of ada"):
            call_command("seal_second_factors", stdout=io.StringIO())
        assert sign_in(otp=vars(ada)["codes"][0]).status_code == 200
