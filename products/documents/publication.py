"""When shoppers of a channel see a product: where its own window and that of the channel meet.

Fragments of the statement in `build`: `p` is the product, `listing` its row for the view's channel,
which most products do not have. The conditions below read what `build` wrote.
"""

# A datetime of Python holds no infinity.
BEGINNING = "'0001-01-01T00:00:00Z'::timestamptz"
END = "'9999-12-31T00:00:00Z'::timestamptz"

LISTING = """
    LEFT JOIN products_listing listing
      ON listing.product_id = p.id AND listing.channel_id = view.channel_id
"""
# `greatest` and `least` leave NULL out.
VISIBLE_FROM = f"coalesce(greatest(p.publish_at, listing.publish_at), {BEGINNING})"
# A window that ends when the world begins is never open.
VISIBLE_UNTIL = f"""
    CASE WHEN listing.is_listed IS FALSE THEN {BEGINNING}
         ELSE coalesce(least(p.unpublish_at, listing.unpublish_at), {END}) END
"""


def visible(view: int) -> str:
    """What a shopper sees now. Written as constants, so that an index on status serves it."""
    return (
        f"view_id = {view:d} AND status = 'published'"
        " AND visible_from <= now() AND visible_until > now()"
    )


def in_any_status(view: int) -> str:
    """What an editor sees: each product in whatever status, as it is now."""
    return f"view_id = {view:d} AND holds_from <= now() AND holds_until > now()"
