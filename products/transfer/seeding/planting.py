"""Made-up products, written through the services like any others."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from accounts.actors import Actor
from products.models import Location, Product
from products.services.brands import ensure_brands
from products.services.bulk import bulk_transaction, keep_plans_fresh
from products.services.categories import ensure_category_paths
from products.services.locations import create_location
from products.services.products import create_products
from products.services.queue import ask_for_renditions
from products.services.stock import StockItem, set_stock
from products.services.values import ProductValues, StoredFile
from products.transfer.seeding.goods import Good, invent, stock_of
from products.transfer.seeding.pictures import DRAWINGS, PALETTES, SIDE, draw

SHELF = "main"
CHUNK = 2_000  # products per transaction
PictureKey = tuple[str, str]


def catalog_is_empty() -> bool:
    return not Product.objects.exists()


def plant(count: int, *, seed: int, actor: Actor) -> Iterator[int]:
    """Write that many made-up products, a chunk per transaction; yields how many each wrote.

    An empty catalog gets products 0 to count - 1 of the seed: the same every time, but for ids
    and instants. Otherwise the numbers go on after the highest one in use.
    """
    first = _first_free_number()
    if not Location.objects.filter(code=SHELF).exists():
        create_location(values={"code": SHELF, "name": "Main warehouse"}, actor=actor)
    images = _store_pictures()
    for chunk, start in enumerate(range(first, first + count, CHUNK), start=1):
        numbers = range(start, min(start + CHUNK, first + count))
        goods = [invent(n, seed=seed, currency=settings.CATALOG_CURRENCY) for n in numbers]
        with bulk_transaction():
            # Beside products of another seed or of the shop's own, a name alone may be taken.
            _create(goods, images, suffix=first > 0, actor=actor)
        keep_plans_fresh(chunk)
        yield len(goods)
    ask_for_renditions(sorted({image.name for image in images.values()}))


def _create(
    goods: Sequence[Good], images: Mapping[PictureKey, StoredFile], *, suffix: bool, actor: Actor
) -> None:
    brands = ensure_brands({good.brand for good in goods}, actor=actor)
    categories = ensure_category_paths({good.category for good in goods}, actor=actor)
    items = [_values(good, brands, categories, images, suffix=suffix) for good in goods]
    create_products(items, actor=actor)
    stock = [StockItem(SHELF, left, sku=sku) for good in goods for sku, left in _counted(good)]
    set_stock(stock, actor=actor)


def _counted(good: Good) -> list[tuple[str, int]]:
    """The SKUs of an archived product may be somebody else's."""
    return [] if good.status == "archived" else stock_of(good)


def _values(
    good: Good,
    brands: Mapping[str, UUID],
    categories: Mapping[tuple[str, ...], UUID],
    images: Mapping[PictureKey, StoredFile],
    *,
    suffix: bool,
) -> ProductValues:
    return {
        "name": good.name,
        "slug": f"{good.slug}-{good.number}" if suffix else good.slug,
        "description": good.description,
        "status": good.status,
        "brand": brands[good.brand],
        "categories": [categories[good.category]],
        "tags": good.tags,
        "option_names": good.option_names,
        "metadata": good.metadata,
        "seo_title": good.name,
        "seo_description": good.description.split(". ")[0].rstrip(".") + ".",
        "variants": good.variants,
        "media": [
            {"file": images[picture.drawing, picture.palette], "alt": picture.alt}
            for picture in good.pictures
        ],
    }


def _store_pictures() -> dict[PictureKey, StoredFile]:
    """Every drawing in every palette, once, whatever the number of products that show it."""
    return {
        (drawing, palette.name): _stored(draw(drawing, palette))
        for drawing in DRAWINGS
        for palette in PALETTES
    }


def _stored(content: bytes) -> StoredFile:
    """Named after its content, so that another run finds it instead of storing it again."""
    digest = hashlib.sha256(content).hexdigest()[:32]
    name = f"products/{digest[-2:]}/{digest}.webp"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(content))
    return StoredFile(name=name, content_type="image/webp", width=SIDE, height=SIDE)


def _first_free_number() -> int:
    """One above the highest number in a made-up SKU; 0 where nothing is."""
    if catalog_is_empty():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(substring(sku FROM '^[A-Z]{3}-([0-9]{6,9})-[0-9]{2}$')::bigint)"
            "  FROM products_variant"
        )
        highest: int | None = cursor.fetchone()[0]
    return max(1, highest + 1 if highest is not None else 1)
