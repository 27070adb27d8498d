"""How SQL prints values in a document: one form for each kind, wherever they stand."""


def money(amount: str) -> str:
    """At least two decimals, and no zeros beyond what the amount needs."""
    return (
        f"CASE WHEN scale(trim_scale({amount})) < 2 THEN round({amount}, 2)"
        f" ELSE trim_scale({amount}) END::text"
    )


def instant(column: str) -> str:
    """RFC 3339, UTC, microseconds."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def list_of(select: str) -> str:
    """The rows as a JSON list of objects, in their order."""
    return f"array_to_json(ARRAY(SELECT row_to_json(item) FROM ({select}) item))"


# A datetime of Python holds no infinity.
BEGINNING = "'0001-01-01T00:00:00Z'::timestamptz"
END = "'9999-12-31T00:00:00Z'::timestamptz"
