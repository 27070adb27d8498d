"""What filters and facets read of attributes: columns of the document beside its body.

`facts` are texts: `wood` says that the product, or an active variant of it, has a value of this
attribute; `wood=oak` that this is one of them. `numbers` has those that are ordered, as numbers, by
code: days since 1970 of a date, seconds of an instant, the dimension's base unit of a measurement.
Only filterable attributes are here, and texts of at most `LONGEST` characters.

`number_keys` find a range of numbers by an index: a number as a float, whose first hexadecimal
digits stand for all numbers that begin with them (`height~3fdc`). A range is covered by a few dozen
of these, the long ones at its edges; `numbers` then decide exactly.

The fragment stands in the statement in `build`: `p` is the product, `view` the pair of channel and
locale.
"""

import struct
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from products.documents.attributes import VALUE_OF_VIEW
from products.documents.variants import ACTIVE
from products.models.units import DIMENSIONS

LONGEST = 200
# Types that have an order, and those of which only their presence is known.
ORDERED = ("integer", "decimal", "date", "datetime", "measurement")
UNREAD = ("long_text", "json")
DECIMALS = 18  # of a measurement in its base unit


def _units() -> Iterator[str]:
    # So many decimals that a quotient is exact beyond those that are kept.
    for dimension, units in DIMENSIONS.items():
        for name, unit in units.items():
            numbers = (unit.factor.numerator, unit.factor.denominator)
            offset = measured(unit.offset)
            factor = ", ".join(f"{number}.{'0' * 30}" for number in numbers)
            # The statement is one with placeholders: a percent sign is written twice.
            yield f"('{dimension}', '{name.replace('%', '%%')}', {factor}, {offset})"


def measured(amount: Fraction) -> Decimal:
    """A number in its base unit, as `numbers` has it: rounded as PostgreSQL rounds."""
    scaled = abs(amount) * 10**DECIMALS
    rounded = (scaled.numerator * 2 // scaled.denominator + 1) // 2
    return Decimal(rounded if amount >= 0 else -rounded).scaleb(-DECIMALS)


# So many digits of a float have keys: sign and exponent alone, down to 1/256 of the number.
FEWEST_DIGITS, MOST_DIGITS = 2, 5
_SIGN = 1 << 63
_ALL = (1 << 64) - 1


def _ordered_bits(number: float) -> int:
    """The float as a whole number in the same order: a negative one has its bits turned around."""
    bits = int.from_bytes(struct.pack(">d", number + 0.0))  # -0.0 is 0.0
    return bits ^ _ALL if bits & _SIGN else bits | _SIGN


def keys_between(code: str, least: float, most: float) -> list[str]:
    """Keys of which every number between these two, and perhaps some beyond, has at least one."""
    width = 4 * (16 - MOST_DIGITS)
    first, last = _ordered_bits(least) >> width, _ordered_bits(most) >> width
    keys: list[str] = []
    digits = MOST_DIGITS
    # From both edges inwards, to where fewer digits say the same.
    while first <= last and digits > FEWEST_DIGITS:
        while first <= last and first % 16:
            keys.append(f"{code}~{first:0{digits}x}")
            first += 1
        while first <= last and last % 16 != 15:
            keys.append(f"{code}~{last:0{digits}x}")
            last -= 1
        first, last, digits = first >> 4, last >> 4, digits - 1
    keys += [f"{code}~{each:0{digits}x}" for each in range(first, last + 1)]
    return keys


# The same in SQL: the digits of the float, turned around or with another first one.
_BITS = """
    CASE WHEN number < 0 THEN translate(digits, '0123456789abcdef', 'fedcba9876543210')
         ELSE translate(left(digits, 1), '01234567', '89abcdef') || substr(digits, 2) END
"""
_KEYS = f"""
    ARRAY(SELECT DISTINCT (code || '~' || left({_BITS}, length)) COLLATE "C"
            FROM (SELECT code, number, encode(float8send(number::float8), 'hex') AS digits
                    FROM known WHERE number IS NOT NULL) each,
                 generate_series({FEWEST_DIGITS}, {MOST_DIGITS}) length
           ORDER BY 1)
"""
_ORDERED_NUMBER = f"""
    CASE WHEN held.type IN ('integer', 'decimal') THEN part.text::numeric
         WHEN held.type = 'date' THEN (part.text::date - date '1970-01-01')::numeric
         WHEN held.type = 'datetime' THEN extract(epoch FROM part.text::timestamptz)
         WHEN held.type = 'measurement' THEN (
             SELECT trim_scale(round((held.value ->> 'value')::numeric * unit.factor / unit.divisor
                                     + unit.addend, {DECIMALS}))
               FROM (VALUES {", ".join(_units())}) unit(dimension, name, factor, divisor, addend)
              WHERE unit.dimension = held.dimension AND unit.name = held.value ->> 'unit') END
"""
_HELD = f"""
    SELECT DISTINCT a.code, a.type, a.dimension, one.value
      FROM (SELECT p.attributes AS given
             UNION ALL
            SELECT v.attributes FROM products_variant v
             WHERE v.product_id = p.id AND {ACTIVE} AND v.attributes <> '{{}}') holder
     CROSS JOIN jsonb_each(holder.given) given(code, value)
      JOIN products_attribute a ON a.code = given.code AND a.is_filterable
      JOIN products_producttypeattribute assigned
        ON assigned.attribute_id = a.id AND assigned.product_type_id = p.product_type_id
      {VALUE_OF_VIEW}
     WHERE one.value IS NOT NULL
"""
_UNREAD = ", ".join(f"'{name}'" for name in UNREAD)
FACTS = f"""
    CROSS JOIN LATERAL (
        WITH held AS MATERIALIZED ({_HELD}),
        known AS MATERIALIZED (
            SELECT DISTINCT held.code, ordered.number,
                   CASE WHEN held.type IN ({_UNREAD}) THEN NULL
                        WHEN held.type = 'measurement' THEN ordered.number::text
                        ELSE part.text END AS text
              FROM held
             CROSS JOIN LATERAL jsonb_array_elements_text(
                   CASE held.type WHEN 'multi_choice' THEN held.value
                        ELSE jsonb_build_array(held.value) END) part(text)
             CROSS JOIN LATERAL (SELECT {_ORDERED_NUMBER} OFFSET 0) ordered(number))
        SELECT ARRAY(SELECT token FROM (
                         SELECT code::text AS token FROM known
                          UNION
                         SELECT code || '=' || text FROM known WHERE length(text) <= {LONGEST}) each
                      ORDER BY token COLLATE "C") AS tokens,
               (SELECT coalesce(jsonb_object_agg(code, several), '{{}}')
                  FROM (SELECT code, jsonb_agg(DISTINCT number) AS several FROM known
                         WHERE number IS NOT NULL GROUP BY code) each) AS numbers,
               {_KEYS} AS keys
         OFFSET 0) facts
"""
