"""Each permission is one sentence; the table says for whom it is true."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from rest_framework.test import APIRequestFactory

from accounts.models import User
from accounts.permissions import (
    CanEditCatalog,
    CanManageUsers,
    CanOwnKeys,
    CanPublish,
    CanReadCatalog,
)
from accounts.roles import Role
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
WHO = ["anonymous", "nobody", "viewer", "editor", "publisher", "manager", "admin"]
WHO += ["superuser", "disabled"]


def somebody(who: str) -> Any:
    if who == "anonymous":
        return AnonymousUser()
    if who == "superuser":
        return User.objects.create_superuser("root")
    if who == "disabled":
        return UserFactory.create(manager=True, disabled=True)
    return UserFactory.create(roles=[who] if who in {role.group_name for role in Role} else [])


def allowed(permission: Any, method: str) -> list[str]:
    found = []
    for who in WHO:
        request = APIRequestFactory().generic(method, "/")
        request.user = somebody(who)
        if permission().has_permission(request, None):
            found.append(who)
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("permission", [CanReadCatalog, CanEditCatalog])
def test_reading_is_public_only_while_the_setting_says_so(
    settings: Any, permission: Any, method: str
) -> None:
    settings.CATALOG_PUBLIC_READ = True
    assert allowed(permission, method) == WHO
    User.objects.all().delete()
    settings.CATALOG_PUBLIC_READ = False
    # Authentication has refused the disabled before a permission is asked.
    assert allowed(permission, method) == WHO[1:]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_editing_takes_an_editor(method: str) -> None:
    assert allowed(CanEditCatalog, method) == [
        "editor",
        "publisher",
        "manager",
        "admin",
        "superuser",
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_publishing_takes_a_publisher(method: str) -> None:
    assert allowed(CanPublish, method) == ["publisher", "manager", "admin", "superuser"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_managing_users_takes_a_manager(method: str) -> None:
    assert allowed(CanManageUsers, method) == ["manager", "admin", "superuser"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_owning_keys_takes_any_role(method: str) -> None:
    roles = [role.group_name for role in Role]
    assert allowed(CanOwnKeys, method) == [*roles, "superuser"]
