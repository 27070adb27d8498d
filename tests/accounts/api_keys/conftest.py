"""A program with a key of an editor."""

import pytest

from tests.accounts.factories import UserFactory
from tests.accounts.fixtures import Program


@pytest.fixture
def program(db: None) -> Program:
    return Program(UserFactory.create(username="ada", editor=True))
