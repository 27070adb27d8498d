"""The peer that most teams would write: FastAPI, SQLAlchemy 2 (async), asyncpg, Pydantic 2.

uvicorn with uvloop and httptools, two processes, a pool of connections each; relations by
selectinload; the response is a Pydantic model that reads the rows.
"""

import base64
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import joinedload, selectinload

from benchmarks.peers.tables import Category, Membership, Product, Variant

address = urlsplit(os.environ["DATABASE_URL"])
engine = create_async_engine(
    "postgresql+asyncpg://",
    connect_args={
        "host": unquote(parse_qs(address.query)["host"][0]),
        "user": address.username,
        "database": address.path.lstrip("/"),
        # asyncpg wants a password to be said, also where none is asked for.
        "password": address.password or "",
        # asyncpg asks for types in a way that PostgreSQL would compile for half a second.
        "server_settings": {"jit": "off"},
    },
    pool_size=10,
    max_overflow=0,
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
CURRENCY = os.environ.get("CATALOG_CURRENCY", "USD")


def plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def money(amount: Decimal) -> str:
    exact = amount.normalize()
    return f"{exact:f}" if -int(exact.as_tuple().exponent) > 2 else f"{exact:.2f}"


Money = Annotated[Decimal, PlainSerializer(money, return_type=str)]


class Row(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Named(Row):
    id: UUID
    slug: str
    name: str


class InCategory(Named):
    path: list[Named]


class PriceOut(Row):
    currency: str
    amount: Money
    compare_at: Money | None


class VariantOut(Row):
    id: UUID
    sku: str | None
    gtin: str | None
    mpn: str | None
    status: str
    options: dict[str, str]
    attributes: list[Any] = []
    prices: list[PriceOut]
    tax_class: None = None
    availability: str
    track_inventory: bool
    backorder_policy: str
    backorder_limit: int
    weight: dict[str, str] | None
    dimensions: dict[str, str] | None
    media: list[UUID] = []
    metadata: dict[str, Any]
    position: int

    @classmethod
    def of(cls, row: Variant, names: list[str]) -> "VariantOut":
        return cls(
            id=row.id,
            sku=row.sku,
            gtin=row.gtin,
            mpn=row.mpn,
            status=row.status,
            options={name: row.options[name] for name in names if name in row.options},
            prices=[PriceOut.model_validate(price) for price in row.prices],
            availability=row.availability,
            track_inventory=row.track_inventory,
            backorder_policy=row.backorder_policy,
            backorder_limit=row.backorder_limit,
            weight={"value": plain(row.weight), "unit": row.weight_unit} if row.weight else None,
            dimensions={
                "length": plain(row.length),
                "width": plain(row.width),
                "height": plain(row.height),
                "unit": row.size_unit,
            }
            if row.length and row.width and row.height
            else None,
            metadata=row.extra,
            position=row.position,
        )


class MediaOut(Row):
    id: UUID
    kind: str
    url: str
    content_type: str
    alt: str
    position: int
    width: int | None
    height: int | None
    focal_point: None = None
    renditions: list[Any] = []


class PriceRange(Row):
    currency: str
    min: Money
    max: Money


class Option(Row):
    name: str
    label: str
    values: list[str]
    labels: list[str]


class Seo(Row):
    title: str
    description: str


class ProductOut(Row):
    id: UUID
    slug: str
    name: str
    description: str
    status: str
    publish_at: datetime | None
    unpublish_at: datetime | None
    brand: Named | None
    product_type: None = None
    attributes: list[Any] = []
    categories: list[InCategory]
    collections: list[Any] = []
    tags: list[str]
    price_range: PriceRange | None
    tax_class: None = None
    availability: str
    option_names: list[str]
    options: list[Option]
    variant_count: int
    variants: list[VariantOut]
    more_variants: None = None
    media: list[MediaOut]
    metadata: dict[str, Any]
    seo: Seo
    relations: list[Any] = []
    version: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: Product) -> "ProductOut":
        amounts = [
            price.amount
            for variant in row.variants
            for price in variant.prices
            if price.currency == CURRENCY
        ]
        states = {variant.availability for variant in row.variants}
        return cls(
            **{name: getattr(row, name) for name in PLAIN},
            brand=Named.model_validate(row.brand) if row.brand else None,
            categories=[InCategory.model_validate(each) for each in row.categories],
            price_range=PriceRange(currency=CURRENCY, min=min(amounts), max=max(amounts))
            if amounts
            else None,
            availability=next(
                (each for each in ("in_stock", "backorder") if each in states), "out_of_stock"
            ),
            options=[option(name, row.variants) for name in row.option_names],
            variant_count=len(row.variants),
            variants=[VariantOut.of(each, row.option_names) for each in row.variants],
            media=[MediaOut.model_validate(each) for each in row.media],
            metadata=row.extra,
            seo=Seo(title=row.seo_title, description=row.seo_description),
        )


PLAIN = (
    "id",
    "slug",
    "name",
    "description",
    "status",
    "publish_at",
    "unpublish_at",
    "tags",
    "option_names",
    "version",
    "created_at",
    "updated_at",
)


def option(name: str, variants: list[Variant]) -> Option:
    values = list(dict.fromkeys(v.options[name] for v in variants if name in v.options))
    return Option(name=name, label=name, values=values, labels=values)


class Page(BaseModel):
    items: list[ProductOut]
    next_cursor: str | None = Field(None)


app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


def visible() -> Select[tuple[Product]]:
    now = datetime.now(UTC)
    return (
        select(Product)
        .where(Product.status == "published")
        .where(or_(Product.publish_at.is_(None), Product.publish_at <= now))
        .where(or_(Product.unpublish_at.is_(None), Product.unpublish_at > now))
        .options(
            joinedload(Product.brand),
            selectinload(Product.memberships)
            .joinedload(Membership.category)
            .joinedload(Category.parent)
            .joinedload(Category.parent),
            selectinload(Product.variants.and_(Variant.status == "active")).options(
                selectinload(Variant.prices), selectinload(Variant.stock_levels)
            ),
            selectinload(Product.media),
        )
    )


@app.get("/api/v1/products")
async def products(
    session: Session,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> Page:
    query = visible().order_by(Product.created_at.desc(), Product.id.desc()).limit(limit + 1)
    if cursor:
        at, key = base64.urlsafe_b64decode(cursor).decode().split("/")
        behind = (datetime.fromisoformat(at), UUID(key))
        query = query.where(tuple_(Product.created_at, Product.id) < behind)
    rows = (await session.scalars(query)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    following = (
        base64.urlsafe_b64encode(f"{last.created_at.isoformat()}/{last.id}".encode()).decode()
        if last
        else None
    )
    return Page(items=[ProductOut.of(row) for row in rows[:limit]], next_cursor=following)


@app.get("/api/v1/products/{slug}")
async def product(session: Session, slug: str) -> ProductOut:
    row = await session.scalar(visible().where(Product.slug == slug))
    if row is None:
        raise HTTPException(404)
    return ProductOut.of(row)
