"""The documents of a judged set in the catalog, written and found as everybody's are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from accounts.actors import Actor
from benchmarks.relevance.judged import Goods
from products.documents.listing import Listing
from products.models import Product
from products.models.channels import DEFAULT_VIEW
from products.search.query import read_query
from products.search.results import read_results
from products.services.attributes import create_attribute
from products.services.brands import ensure_brands
from products.services.bulk import bulk_transaction, keep_plans_fresh
from products.services.product_types import create_product_type
from products.services.products import create_products
from products.services.search_statistics import count_words

CHUNK = 1_000
DEPTH = 100
ACTOR = Actor(user_id=None, label="relevance", source="command")


def load(documents: Sequence[Goods]) -> None:
    """Into an empty catalog: the title is the name, `text` a searchable attribute."""
    text: Any = {"code": "text", "name": "Text", "type": "long_text", "is_searchable": True}
    create_attribute(values=text, actor=ACTOR)
    kind = create_product_type(
        values={"name": "-", "attributes": [{"code": "text"}]},
        actor=ACTOR,
    )
    for number, start in enumerate(range(0, len(documents), CHUNK)):
        chunk = documents[start : start + CHUNK]
        with bulk_transaction():
            names = {each.brand for each in chunk if each.brand}
            brands: Mapping[str, Any] = ensure_brands(names, actor=ACTOR)
            create_products([_values(each, kind.pk, brands) for each in chunk], actor=ACTOR)
        keep_plans_fresh(number)
    count_words()


def _values(goods: Goods, kind: Any, brands: Mapping[str, Any]) -> Any:
    return {
        "name": goods.title[:200],
        "slug": f"judged-{goods.key}",
        "description": " ".join(filter(None, (goods.title[200:], goods.description))),
        "status": "published",
        "product_type": kind,
        "brand": brands.get(goods.brand),
        "tags": [goods.category] if goods.category else [],
        "attributes": {"text": goods.text} if goods.text.strip() else {},
        "variants": [{}],
    }


def find(queries: Iterable[str]) -> list[list[str]]:
    """The keys of what each query finds, the best first."""
    slugs = dict(Product.objects.values_list("pk", "slug"))
    keys = {
        f'{{"slug":"{slug}"}}'.encode(): slug.removeprefix("judged-") for slug in slugs.values()
    }
    found = []
    for text in queries:
        query = read_query(text, view=DEFAULT_VIEW, visible_only=True)
        results = read_results(query, Listing(fields=("slug",)), limit=DEPTH)
        found.append([keys[body] for body in results.bodies])
    return found
