"""The columns of WooCommerce's product files: units in their names, attributes numbered."""

from products.transfer.readers.sheets import Layout, family

LAYOUT = Layout(
    label="WooCommerce CSV",
    fields={
        "id": ("id",),
        "type": ("type", "product type"),
        "sku": ("sku",),
        "gtin": ("gtin upc ean or isbn", "global unique id", "gtin"),
        "name": ("name", "product name"),
        "slug": ("slug",),
        "published": ("published",),
        "featured": ("is featured", "featured"),
        "visibility": ("visibility in catalog", "catalog visibility"),
        "short_description": ("short description",),
        "description": ("description",),
        "sale_starts": ("date sale price starts",),
        "sale_ends": ("date sale price ends",),
        "tax_status": ("tax status",),
        "tax_class": ("tax class",),
        "in_stock": ("in stock", "stock status"),
        "stock": ("stock", "stock quantity"),
        "low_stock_amount": ("low stock amount",),
        "backorders": ("backorders allowed", "backorders"),
        "sold_individually": ("sold individually",),
        "sale_price": ("sale price",),
        "price": ("regular price", "price"),
        "cost": ("cost of goods", "cost"),
        "categories": ("categories",),
        "tags": ("tags",),
        "tags_spaced": ("tags space separated",),
        "brands": ("brands", "brand"),
        "shipping_class": ("shipping class",),
        "images": ("images",),
        "parent": ("parent",),
        "grouped": ("grouped products",),
        "upsells": ("upsells", "upsell"),
        "cross_sells": ("cross sells", "cross sell"),
        "external_url": ("external url",),
        "button_text": ("button text",),
        "position": ("position", "menu order"),
    },
    families={
        "weight": family(r"weight(?:\s*\((?P<unit>[^)]*)\))?"),
        "length": family(r"length(?:\s*\((?P<unit>[^)]*)\))?"),
        "width": family(r"width(?:\s*\((?P<unit>[^)]*)\))?"),
        "height": family(r"height(?:\s*\((?P<unit>[^)]*)\))?"),
        "attribute": family(
            r"attribute\s*(?P<n>\d+)\s*(?P<part>name|value|visible|global|default)(?:\(s\)|s)?"
        ),
        "hidden_meta": family(r"meta:\s*_.*"),
        "meta": family(r"meta:\s*(?P<name>.+)"),
        # Files that are sold are not for the public.
        "download": family(r"download\s*\d+\s*(?:id|name|url)"),
    },
    left_out=frozenset(
        {
            "allow customer reviews",
            "purchase note",
            "download limit",
            "download expiry days",
        }
    ),
    required=("type", "name"),
)
# Columns of families that no catalog wants.
HIDDEN = ("hidden_meta", "download")
