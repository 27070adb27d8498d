"""People for tests, made through the services."""

from collections.abc import Iterable
from typing import Any

import factory

from accounts.actors import Actor
from accounts.models import User
from accounts.services import create_user, disable_user

PASSWORD = "a-long-enough-secret"
SYSTEM = Actor(user_id=None, label="tests", source="command")


class UserFactory(factory.django.DjangoModelFactory[User]):
    """`UserFactory.create(editor=True)` makes an editor; the other roles likewise."""

    class Meta:
        model = User

    class Params:
        viewer = factory.Trait(roles=["viewer"])
        editor = factory.Trait(roles=["editor"])
        publisher = factory.Trait(roles=["publisher"])
        manager = factory.Trait(roles=["manager"], is_staff=True)
        admin = factory.Trait(roles=["admin"], is_staff=True)

    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    password = PASSWORD
    roles: Iterable[str] = ()
    disabled = False

    @classmethod
    def _create(cls, model_class: type[User], *_: Any, **kwargs: Any) -> User:  # noqa: ARG003
        disabled = kwargs.pop("disabled")
        user = create_user(**kwargs, actor=SYSTEM)
        return disable_user(user.pk, actor=SYSTEM) if disabled else user
