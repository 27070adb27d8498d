"""What the OpenAPI document says about what staff say of search."""

from typing import Any

from products.api.curations import CurationInput, CurationPatch, CurationResponse
from products.api.documentation.nouns import operations
from products.api.synonyms import SynonymInput, SynonymPatch, SynonymResponse

STAMPS: dict[str, Any] = {
    "version": 1,
    "created_at": "2026-03-01T09:00:00.000000Z",
    "updated_at": "2026-03-01T09:00:00.000000Z",
}
SYNONYM: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e31",
    "locale": "en",
    "phrases": ["laptop", "portable computer"],
    "means": [],
    **STAMPS,
}
CURATION: dict[str, Any] = {
    "id": "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e32",
    "query": "Mugs",
    "words": "mugs",
    "locale": "en",
    "channel": None,
    "pinned": ["0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e06"],
    "buried": [],
    "excluded": [],
    **STAMPS,
}
SYNONYMS = operations(
    "synonym",
    "synonyms",
    shapes=(SynonymInput, SynonymPatch, SynonymResponse),
    example=SYNONYM,
    key="",
    change={"phrases": ["laptop", "notebook", "portable computer"]},
    emptied="what they mean: the phrases mean each other",
    deletion="The next query is read without it.",
)
CURATIONS = operations(
    "curation",
    "curations",
    shapes=(CurationInput, CurationPatch, CurationResponse),
    example=CURATION,
    key="",
    change={"buried": ["0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e0a"]},
    emptied="the channel and the lists of products that are not named",
    deletion="The next query is answered without it.",
)
