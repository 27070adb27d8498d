"""Who may do what: every route times every method times every kind of caller.

The table in golden/permissions.txt is what the service does today. A difference is a decision:
look at it, then write the new table with `CATALOG_WRITE_GOLDEN=1 pytest` on this file.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.models import User
from accounts.services import disable_user
from accounts.sessions import start_session
from accounts.signing_keys import signing_key
from tests.acceptance.world import NEEDED, bring_file
from tests.accounts.factories import SYSTEM, UserFactory
from tests.products.factories import (
    BrandFactory,
    CategoryFactory,
    CollectionFactory,
    CurationFactory,
    ExportFactory,
    FeedFactory,
    PriceListFactory,
    ProductFactory,
    SynonymFactory,
    TaxClassFactory,
)

GOLDEN = Path(__file__).with_name("golden") / "permissions.txt"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ADMIN_METHODS = ("GET", "POST")  # the admin speaks HTML forms
PUBLIC = {
    "SignIn",
    "Renew",
    "Verify",
    "SignOut",
    "PasswordReset",
    "PasswordResetConfirmation",
    "SpectacularRedocView",
    "SpectacularSwaggerView",
}
ROLES = ("viewer", "editor", "publisher", "manager")
COLUMNS = ("anonymous", "private", *ROLES, "disabled", "expired")
ARGUMENT = re.compile(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>")
LEGEND = """\
What each caller gets for a request with an empty body. 401 and 403 are refusals; 400 is an
allowed write that lacks its body; 302 on /admin leads to the login, or back after an allowed
write. All roles are staff here, so that the admin lets them in. "private" is an anonymous caller
while CATALOG_PUBLIC_READ is off; "disabled" signed in before somebody disabled them; "expired" has
a token that ran out.
"""


@dataclass(frozen=True)
class Route:
    pattern: str
    name: str  # with its namespaces; empty for a route without one
    view: Any

    @property
    def is_admin(self) -> bool:
        return self.pattern.startswith("admin")


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", space: str = ""
) -> Iterator[Route]:
    for each in get_resolver().url_patterns if patterns is None else patterns:
        text = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from routes(
                each.url_patterns, text, f"{space}{each.namespace}:" if each.namespace else space
            )
        else:
            yield Route(text, f"{space}{each.name}" if each.name else "", each.callback)


def everything() -> list[Route]:
    return sorted(routes(), key=lambda route: route.pattern)


class World:
    """One row of everything, and one caller of each kind."""

    def __init__(self) -> None:
        self.category = CategoryFactory.create(name="Lamps")
        self.collection = CollectionFactory.create(name="Best", status="published")
        self.brand = BrandFactory.create(name="Lumen")
        self.product = ProductFactory.create(
            name="Lamp",
            brand=self.brand,
            categories=[self.category],
            media=[{"url": "https://images.example/lamp.png"}],
        )
        self.price_list = PriceListFactory.create()
        self.tax_class = TaxClassFactory.create()
        self.file = bring_file()
        self.export = ExportFactory.create()
        self.feed = FeedFactory.create()
        self.synonym = SynonymFactory.create()
        self.curation = CurationFactory.create(pinned=[self.product])
        self.users: dict[str, User] = {
            role: UserFactory.create(**{role: True}, is_staff=True) for role in ROLES
        }
        self.users["disabled"] = gone = UserFactory.create(manager=True)
        self.tokens = {name: start_session(user).access for name, user in self.users.items()}
        disable_user(gone.pk, actor=SYSTEM)
        self.tokens["expired"] = expired_token(UserFactory.create(manager=True))
        self.staff: dict[str, Client] = {}

    def address(self, route: Route) -> str:
        """A path that the route matches, about rows that exist."""
        known = ARGUMENT.sub(lambda found: self._value(found[1] or found[2], route), route.pattern)
        path = "/" + known.replace("(?:/|$)", "/nowhere").replace("^", "").replace("$", "")
        return path + NEEDED.get(path, "")

    def _value(self, name: str, route: Route) -> str:
        values: dict[str, Callable[[], object]] = {
            "key": lambda: self._api_row(route.name).pk,
            "product": lambda: self.product.pk,
            "number": lambda: 1,
            "price_list": lambda: "base",
            "collection": lambda: self.collection.pk,
            "part": lambda: self._part(route.name).pk,
            "variant": lambda: self.product.variants.get().pk,
            "object_id": lambda: self._admin_key(route.pattern),
            "id": lambda: self._admin_key(route.pattern),
            "name": lambda: "publish",
            "path": lambda: "nothing.png",
            "url": lambda: "nowhere",
            "app_label": lambda: "products",
            "content_type_id": lambda: 1,
            "row": lambda: "1/1/",
            "address": lambda: self.feed.address,
            "suffix": lambda: "xml",
        }
        return str(values[name]())

    def _api_row(self, name: str) -> Any:
        if "importjob" in name:
            return self.file
        rows = {
            "brand": self.brand,
            "category": self.category,
            "collection": self.collection,
            "price": self.price_list,
            "tax": self.tax_class,
            "import": self.file,
            "imports": self.file,
            "export": self.export,
            "feed": self.feed,
            "synonym": self.synonym,
            "curation": self.curation,
        }
        return rows.get(name.partition("-")[0], self.product)

    def _part(self, name: str) -> Any:
        parts: Any = self.product.variants if "variant" in name else self.product.media
        if "price" in name:
            parts = self.product.variants.get().prices
        return parts.get()

    def _admin_key(self, pattern: str) -> object:
        _, app, model, *_ = pattern.split("/")
        if app == "r":
            return 1
        row = apps.get_model(app, model)._default_manager.order_by("pk").first()
        return row.pk if row else 1

    def _client(self, caller: str, address: str) -> Client:
        """Signed in by token for the API, and by session for the admin."""
        if not address.startswith("/admin"):
            token = self.tokens.get(caller)
            return Client(headers={"authorization": f"Bearer {token}"} if token else {})
        if caller not in self.staff:
            self.staff[caller] = Client()
            if user := self.users.get(caller):
                self.staff[caller].force_login(user)
        return self.staff[caller]

    def status(self, caller: str, method: str, address: str) -> int:
        """What the caller gets. Whatever was written is undone."""
        send = getattr(self._client(caller, address), method.lower())
        with transaction.atomic():
            if method in ("GET", "OPTIONS"):
                answer = send(address)
            elif address.startswith("/admin"):
                answer = send(address, {})
            else:
                answer = send(address, "{}", content_type="application/json")
            transaction.set_rollback(True)
        if address in ("/admin/logout/", "/admin/account/sign-out-everywhere/"):
            self.staff.clear()
        return int(answer.status_code)


def expired_token(user: User) -> str:
    claims = jwt.decode(start_session(user).access, options={"verify_signature": False})
    key = signing_key()
    headers = {"typ": "at+jwt", "kid": key.kid}
    return jwt.encode({**claims, "exp": claims["iat"] - 60}, key.private, key.algorithm, headers)


def table(world: World) -> str:
    lines = [f"{'method':8}" + "".join(f"{name:>10}" for name in COLUMNS)]
    for route in everything():
        lines.append(f"\n/{route.pattern}")
        for method in ADMIN_METHODS if route.is_admin else METHODS:
            codes = []
            for caller in COLUMNS:
                shut = override_settings(CATALOG_PUBLIC_READ=False)
                with shut if caller == "private" else nullcontext():
                    codes.append(world.status(caller, method, world.address(route)))
            lines.append(f"{method:8}" + "".join(f"{code:>10}" for code in codes))
    return LEGEND + "\n" + "\n".join(lines) + "\n"


@pytest.mark.django_db
def test_the_table_of_permissions_is_what_was_decided(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CATALOG_PUBLIC_READ = True
    # Who may see a page is settled before it is printed, which takes as long as all the rest.
    monkeypatch.setattr("django.template.response.SimpleTemplateResponse.rendered_content", "")
    now = table(World())
    if os.environ.get("CATALOG_WRITE_GOLDEN"):
        GOLDEN.write_text(now)
    assert now.splitlines() == GOLDEN.read_text().splitlines()


def test_every_view_of_the_api_says_who_may_use_it() -> None:
    """An empty list would let everybody in without a word."""
    views = [getattr(route.view, "cls", None) for route in everything()]
    named = [view for view in views if view is not None]
    assert [view for view in named if not view.permission_classes] == []
    # These are open on purpose; everything else names a sentence of accounts.permissions.
    public = {view.__name__ for view in named if AllowAny in view.permission_classes}
    assert public == PUBLIC


@pytest.mark.django_db
def test_a_view_that_names_no_permission_is_closed_to_everybody() -> None:
    class Forgotten(APIView):
        def get(self, request: Any) -> Response:
            return Response("secret")

    view = Forgotten.as_view()
    request = APIRequestFactory().get("/")
    assert view(request).status_code == 401
    force_authenticate(request, UserFactory.create(manager=True))
    assert view(request).status_code == 403
