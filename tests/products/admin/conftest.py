"""Staff with a browser, and a product to work on."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from products.models import Product
from products.services.brands import create_brand
from products.services.categories import create_category
from products.services.media import upload_media
from products.services.products import create_product
from tests.accounts.factories import SYSTEM, UserFactory
from tests.products.pictures import picture

ROLES = ("viewer", "editor", "publisher", "manager")


@pytest.fixture(autouse=True)
def media_folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def staff(db: None) -> Callable[[str], Client]:
    """`staff("editor")`: a browser in which a member of staff with that role has signed in."""

    def sign_in(role: str) -> Client:
        user: User = UserFactory.create(is_staff=True, roles=[role] if role else [])
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def publisher_browser(staff: Callable[[str], Client]) -> Client:
    return staff("publisher")


@pytest.fixture
def product(db: None) -> Product:
    """A shirt with everything: brand, categories, two variants, two currencies, a picture."""
    brand = create_brand(values={"name": "Northwind"}, actor=SYSTEM)
    clothes = create_category(values={"name": "Clothes"}, actor=SYSTEM)
    shirts = create_category(values={"name": "Shirts", "parent": clothes.pk}, actor=SYSTEM)
    key: UUID = create_product(
        values={
            "name": "Oxford Shirt",
            "description": "First line\nSecond line ",
            "brand": brand.pk,
            "categories": [shirts.pk, clothes.pk],
            "tags": ["cotton", "blue, light"],
            "option_names": ["Size"],
            "metadata": {"care": ["30°"], "weight": 0.25},
            "variants": [
                {
                    "sku": "OX-M",
                    "gtin": "4006381333931",
                    "options": {"Size": "M"},
                    "metadata": {"bin": 7},
                    "prices": [
                        {
                            "currency": "USD",
                            "amount": Decimal("49.90"),
                            "compare_at": Decimal("59.90"),
                        },
                        {"currency": "EUR", "amount": Decimal("45.5"), "compare_at": None},
                    ],
                },
                {"sku": "OX-L", "options": {"Size": "L"}},
            ],
        },
        actor=SYSTEM,
    )
    upload_media(key, content=picture(), alt="Front", expected_version=None, actor=SYSTEM)
    return Product.objects.get(pk=key)
