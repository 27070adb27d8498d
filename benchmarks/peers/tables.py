"""The catalog's tables as SQLAlchemy maps them: what the FastAPI peer reads.

What made-up products do not have is left out: types and their attributes, collections, relations,
price lists, translations. A shop that has them pays for more queries here than are measured.
"""

import os
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import Text

MEDIA_URL = os.environ.get("MEDIA_URL", "/media/")


class Base(DeclarativeBase):
    type_annotation_map = {
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        datetime: DateTime(timezone=True),
    }


class Brand(Base):
    __tablename__ = "products_brand"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]


class Category(Base):
    __tablename__ = "products_category"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("products_category.id"))
    parent: Mapped["Category | None"] = relationship(remote_side="Category.id")

    @property
    def path(self) -> "list[Category]":
        return [*(self.parent.path if self.parent else []), self]


class Membership(Base):
    __tablename__ = "products_productcategory"
    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products_product.id"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("products_category.id"))
    category: Mapped[Category] = relationship()


class Price(Base):
    __tablename__ = "products_price"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("products_variant.id"))
    currency: Mapped[str]
    amount: Mapped[Decimal]
    compare_at: Mapped[Decimal | None]


class StockLevel(Base):
    __tablename__ = "products_stocklevel"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("products_variant.id"))
    quantity: Mapped[int]


class Variant(Base):
    __tablename__ = "products_variant"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products_product.id"))
    sku: Mapped[str | None]
    gtin: Mapped[str | None]
    mpn: Mapped[str | None]
    status: Mapped[str]
    options: Mapped[dict[str, Any]]
    attributes: Mapped[dict[str, Any]]
    extra: Mapped[dict[str, Any]] = mapped_column("metadata")
    weight: Mapped[Decimal | None]
    weight_unit: Mapped[str]
    length: Mapped[Decimal | None]
    width: Mapped[Decimal | None]
    height: Mapped[Decimal | None]
    size_unit: Mapped[str]
    track_inventory: Mapped[bool]
    backorder_policy: Mapped[str]
    backorder_limit: Mapped[int]
    position: Mapped[int]
    prices: Mapped[list[Price]] = relationship(order_by=Price.currency)
    stock_levels: Mapped[list[StockLevel]] = relationship()

    @property
    def availability(self) -> str:
        total = sum(level.quantity for level in self.stock_levels)
        if not self.track_inventory or total > 0:
            return "in_stock"
        return "backorder" if self.backorder_policy == "allow" else "out_of_stock"


class Media(Base):
    __tablename__ = "products_media"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products_product.id"))
    kind: Mapped[str]
    source_url: Mapped[str]
    file: Mapped[str]
    content_type: Mapped[str]
    alt: Mapped[str]
    position: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]

    @property
    def url(self) -> str:
        return f"{MEDIA_URL}{self.file}" if self.file else self.source_url


class Product(Base):
    __tablename__ = "products_product"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    status: Mapped[str]
    publish_at: Mapped[datetime | None]
    unpublish_at: Mapped[datetime | None]
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey("products_brand.id"))
    tags: Mapped[list[str]]
    option_names: Mapped[list[str]]
    extra: Mapped[dict[str, Any]] = mapped_column("metadata")
    seo_title: Mapped[str]
    seo_description: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    brand: Mapped[Brand | None] = relationship()
    memberships: Mapped[list[Membership]] = relationship(order_by=Membership.position)
    variants: Mapped[list[Variant]] = relationship(order_by=(Variant.position, Variant.id))
    media: Mapped[list[Media]] = relationship(order_by=(Media.position, Media.id))

    @property
    def categories(self) -> list[Category]:
        return [membership.category for membership in self.memberships]
