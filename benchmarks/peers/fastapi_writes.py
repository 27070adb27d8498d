"""Writes as most teams would make them: FastAPI, SQLAlchemy 2 (async), asyncpg, Pydantic 2.

One transaction, the catalog's own constraints; nothing of what else the catalog does.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from benchmarks.peers.fastapi_peer import session
from benchmarks.peers.tables import Base as Tables


def now() -> datetime:
    return datetime.now(UTC)


class Base(Tables):
    __abstract__ = True
    metadata = Tables.metadata.__class__()  # tables of their own, with the columns that are written
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class PriceRow(Base):
    __tablename__ = "products_price"
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("products_variant.id"))
    currency: Mapped[str]
    amount: Mapped[Decimal]
    compare_at: Mapped[Decimal | None]


class VariantRow(Base):
    __tablename__ = "products_variant"
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products_product.id"))
    sku: Mapped[str | None]
    options: Mapped[dict[str, Any]]
    extra: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    position: Mapped[int]
    is_archived: Mapped[bool] = mapped_column(default=False)
    prices: Mapped[list[PriceRow]] = relationship()


class ProductRow(Base):
    __tablename__ = "products_product"
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    status: Mapped[str] = mapped_column(default="draft")
    tags: Mapped[list[str]]
    option_names: Mapped[list[str]] = mapped_column(default=list)
    extra: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    seo_title: Mapped[str] = mapped_column(default="")
    seo_description: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    variants: Mapped[list[VariantRow]] = relationship(order_by=VariantRow.position)


class Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="forbid")


class PriceIn(Shape):
    currency: str
    amount: Decimal
    compare_at: Decimal | None = None


class VariantIn(Shape):
    sku: str | None = None
    options: dict[str, str] = {}
    prices: list[PriceIn] = []


class ProductIn(Shape):
    slug: str
    name: Annotated[str, Field(max_length=500)]
    description: str = ""
    tags: list[str] = []
    metadata: dict[str, Any] = {}
    variants: list[VariantIn] = []


class ProductPatch(Shape):
    name: Annotated[str, Field(max_length=500)] | None = None
    description: str | None = None
    tags: list[str] | None = None


class ProductOut(Shape):
    id: UUID
    slug: str
    name: str
    description: str
    status: str
    tags: list[str]
    metadata: dict[str, Any] = Field(validation_alias="extra")
    variants: list[VariantIn]
    version: int
    created_at: datetime
    updated_at: datetime


app = FastAPI()
Session = Annotated[AsyncSession, Depends(session)]


@app.get("/api/v1/products")
async def ready() -> dict[str, str]:
    return {}


@app.post("/api/v1/products", status_code=201)
async def create(session: Session, values: ProductIn) -> ProductOut:
    row = ProductRow(
        slug=values.slug,
        name=values.name,
        description=values.description,
        tags=values.tags,
        extra=values.metadata,
        variants=[
            VariantRow(
                sku=variant.sku,
                options=variant.options,
                position=position,
                prices=[PriceRow(**price.model_dump()) for price in variant.prices],
            )
            for position, variant in enumerate(values.variants)
        ],
    )
    session.add(row)
    try:
        await session.commit()
    except IntegrityError:
        raise HTTPException(409) from None
    return ProductOut.model_validate(row)


@app.patch("/api/v1/products/{slug}")
async def patch(session: Session, slug: str, values: ProductPatch) -> ProductOut:
    variants = selectinload(ProductRow.variants).selectinload(VariantRow.prices)
    row = await session.scalar(select(ProductRow).where(ProductRow.slug == slug).options(variants))
    if row is None:
        raise HTTPException(404)
    for name, value in values.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    await session.commit()
    return ProductOut.model_validate(row)
