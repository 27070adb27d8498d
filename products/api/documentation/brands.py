"""What the OpenAPI document says about brands."""

from products.api.brands import BrandInput, BrandPatch, BrandResponse
from products.api.documentation.nouns import operations

BRAND = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e01",
    "slug": "northwind-pottery",
    "name": "Northwind Pottery",
    "description": "Stoneware, thrown and glazed by hand.",
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
OPERATIONS = operations(
    "brand",
    "brands",
    shapes=(BrandInput, BrandPatch, BrandResponse),
    example=BRAND,
    change={"name": "Northwind Ceramics"},
    emptied="the description",
    deletion="Refused (409) while a product is of this brand or a rule of a collection names it.",
    redirects=True,
    is_viewed=True,
)
