"""What a channel puts a little further up: the newest products, those that can be bought, or those
with more of an attribute.

A score of words is multiplied by 1 to 1 + STRONGEST, so that no boost outweighs words that match
half as well again. Codes and pinned products have their places without it. The values are those of
the documents, read for the products that match best.
"""

from dataclasses import dataclass
from decimal import Decimal

from products.documents.publication import in_any_status, visible
from products.search.codes import BEGINS

STRONGEST = 0.5  # at weight 1
BOOSTED = 1_000  # products that match best
NEWEST, AVAILABILITY, ATTRIBUTE = "newest", "availability", "attributes."
PARAMETERS = 3
# A value from 0 to 1 of a document; {half_at} and {code} are placeholders. Days are whole, so that
# the order stays while somebody walks through it.
_BY_AGE = """
    {half_at} / ({half_at} + greatest(0, (now() AT TIME ZONE 'UTC')::date
                                         - (created_at AT TIME ZONE 'UTC')::date))
"""
_BY_AVAILABILITY = "CASE availability WHEN 'in_stock' THEN 1 WHEN 'backorder' THEN 0.5 ELSE 0 END"
_BY_NUMBER = """
    (SELECT greatest(0, max(amount)) / ({half_at} + greatest(0, max(amount)))
       FROM (SELECT part::text::float8 AS amount
               FROM jsonb_array_elements(numbers -> {code}) part) each)
"""


@dataclass(frozen=True, slots=True)
class Boost:
    """As the channel has it."""

    by: str
    weight: Decimal  # 0 to 1
    half_at: Decimal  # of an attribute; or days

    @property
    def kind(self) -> str:
        """What decides about the statement."""
        return self.by if self.by in (NEWEST, AVAILABILITY) else ATTRIBUTE

    def parameters(self) -> list[object]:
        strength = STRONGEST * float(self.weight)
        return [strength, float(self.half_at), self.by.removeprefix(ATTRIBUTE)]


def boosted_sql(kind: str, rows: str, view: int, *, visible_only: bool, first: int) -> str:
    """The rows (product_id, score) of this table with their scores boosted. The parameters of the
    boost are numbered from `first` on."""
    strength, half_at = (f"${first + n}::float8" for n in (0, 1))
    code = f"${first + 2}::text"
    value = {NEWEST: _BY_AGE, AVAILABILITY: _BY_AVAILABILITY}.get(kind, _BY_NUMBER)
    scope = visible(view) if visible_only else in_any_status(view)
    return f"""
    SELECT product_id,
           score * (1 + {strength} * coalesce(near.value, 0)) AS score
      FROM {rows}
      LEFT JOIN (
           SELECT best.product_id, document.value
             FROM (SELECT product_id FROM {rows} WHERE score >= 0 AND score < {BEGINS}
                    ORDER BY score DESC, product_id DESC LIMIT {BOOSTED}) best
            CROSS JOIN LATERAL (
                  SELECT ({value.format(half_at=half_at, code=code)})::float8 AS value
                    FROM products_document
                   WHERE product_id = best.product_id AND {scope} OFFSET 0) document
            WHERE {half_at} > 0 AND {code} <> '') near USING (product_id)
    """
