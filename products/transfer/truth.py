"""Everything that the catalog holds of products, at one instant and in bounded memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction
from psycopg import RawServerCursor

from products.models import Attribute
from products.models.channels import DEFAULT_VIEW
from products.services.bulk import STATEMENT_LIMIT
from products.transfer.definitions import definitions
from products.transfer.lacking import Lacking
from products.transfer.truth_sql import CHOSEN, SOMETIMES, line

# How much is asked for in one statement: products, and those with their variants together.
MOST_PRODUCTS = 500
MOST_ROWS = 2_000

Product = dict[str, Any]  # one line, read: docs/exporting.md


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which products, and how much of them."""

    ids: str = ""  # a query for ids with `$1` placeholders; "": all products
    parameters: Sequence[Any] = ()
    with_archived: bool = False
    with_costs: bool = False  # for managers
    view: int = DEFAULT_VIEW  # the pair of channel and locale in which filters look; of feeds


@dataclass(slots=True)
class Truth:
    """What there is to export: read it within `snapshot`, as often as you like."""

    wanted: Wanted
    done: int = 0  # how many products were read
    lacking: Lacking = field(default_factory=Lacking)  # of feeds: what stands in the way of items
    _present: set[str] = field(default_factory=set)
    _categories: list[str] = field(default_factory=list)

    def definitions(self) -> dict[str, Any]:
        return definitions()

    def lines(self) -> Iterator[list[str]]:
        """A JSON text for each product, many at a time, in the order of their ids."""
        sql = line(self._present, with_costs=self.wanted.with_costs, categories=self._categories)
        parameters: dict[str, Any] = {"media": media_prefix(), "categories": self._categories}
        for ids in self._chunks():
            with connection.cursor() as cursor:
                cursor.execute(sql, {**parameters, "ids": ids})
                texts = [text for _, text in cursor.fetchall()]
            self.done += len(texts)
            yield texts

    def products(self) -> Iterator[Product]:
        for texts in self.lines():
            yield from map(orjson.loads, texts)

    def count(self) -> int:
        return int(self.ask("SELECT count(*) FROM products_product p")[0][0])

    def ask(self, select: str, condition: str = "true") -> list[tuple[Any, ...]]:
        """The rows of a question about the wanted products, which it calls `p`."""
        where = f"{condition} AND {self._condition}"
        with _raw_cursor("catalog_question") as cursor:
            cursor.execute(f"{select} WHERE {where}", self.wanted.parameters)
            return cursor.fetchall()

    def begin(self) -> None:
        """Find out what there is nothing of at all."""
        tables = ", ".join(f"EXISTS (SELECT FROM {table})" for table in SOMETIMES.values())
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {tables}")
            self._present = {
                name for name, some in zip(SOMETIMES, cursor.fetchone(), strict=True) if some
            }
        codes = Attribute.objects.filter(type=Attribute.Type.CATEGORY).order_by("code")
        self._categories = list(codes.values_list("code", flat=True))

    @property
    def _condition(self) -> str:
        live = "true" if self.wanted.with_archived else "p.status <> 'archived'"
        return f"{live} AND p.id IN ({self.wanted.ids})" if self.wanted.ids else live

    def _chunks(self) -> Iterator[list[UUID]]:
        ids: list[UUID] = []
        rows = 0
        with _raw_cursor("catalog_truth") as cursor:
            cursor.itersize = MOST_PRODUCTS
            cursor.execute(CHOSEN.format(condition=self._condition), self.wanted.parameters)
            for key, variants in cursor:
                if ids and (len(ids) == MOST_PRODUCTS or rows + 1 + variants > MOST_ROWS):
                    yield ids
                    ids, rows = [], 0
                ids.append(key)
                rows += 1 + variants
        if ids:
            yield ids


@contextmanager
def snapshot(wanted: Wanted, *, is_long: bool = False) -> Iterator[Truth]:
    """The catalog as it is now, for as long as the block lasts: no write of others is seen.

    `is_long`: no request waits for it, so that a statement may take longer. Within a transaction of
    the caller's, the snapshot is what that one sees.
    """
    is_own = not connection.in_atomic_block
    with transaction.atomic():
        if is_own:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                if is_long:
                    cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_LIMIT}'")
        truth = Truth(wanted)
        truth.begin()
        yield truth


@contextmanager
def _raw_cursor(name: str) -> "Iterator[RawServerCursor[Any]]":
    with (
        connection.wrap_database_errors,
        RawServerCursor(connection.connection, name) as cursor,
    ):
        yield cursor


def media_prefix() -> str:
    """What the addresses of our files begin with, for readers elsewhere."""
    own = settings.MEDIA_URL
    return f"{settings.PUBLIC_URL}{own}" if own.startswith("/") else own
