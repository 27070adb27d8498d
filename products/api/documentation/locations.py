"""What the OpenAPI document says about locations."""

from products.api.documentation.nouns import operations
from products.api.locations import LocationInput, LocationPatch, LocationResponse

LOCATION = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e31",
    "code": "berlin-1",
    "name": "Warehouse Berlin",
    "is_active": True,
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
OPERATIONS = operations(
    "location",
    "locations",
    shapes=(LocationInput, LocationPatch, LocationResponse),
    example=LOCATION,
    change={"name": "Warehouse Berlin East"},
    emptied="it is active",
    deletion="Refused (409) while there is stock at it.",
    key="code",
)
