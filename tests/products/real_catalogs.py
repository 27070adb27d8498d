"""Where the real catalogs are that tests load. Nothing of them is part of this project."""

import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from products.models import Product
from products.services.catalog_check import check_products

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = (ROOT / os.environ.get("CATALOG_SAMPLES_DIR", "../shared/data")).resolve()


def sample(*parts: str) -> Path:
    """The path of a file that is there; else the test is skipped."""
    path = SAMPLES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is absent: set CATALOG_SAMPLES_DIR")
    return path


def plain(number: float | str) -> str:
    """The number as we write it: exact, and without superfluous zeros."""
    text = f"{Decimal(str(number)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(amount: Decimal | str) -> str:
    """An amount as answers write it: at least two decimals, and no zeros that say nothing."""
    whole, _, rest = plain(str(amount)).partition(".")
    return f"{whole}.{rest:0<2}"


def ensure_stored(expected: dict[UUID, dict[str, Any]]) -> None:
    """These products have these attributes, and nothing derived has drifted."""
    keys = list(expected)
    stored = dict(Product.objects.filter(pk__in=keys).values_list("pk", "attributes"))
    assert stored == expected
    ensure_sound(keys)


def ensure_sound(keys: Iterable[UUID]) -> None:
    """Documents, versions and snapshots of these products follow from what is stored."""
    assert list(check_products(list(keys))) == []
