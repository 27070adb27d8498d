"""What Saleor's demo shop says and we have no place for, with the reason."""

EMPTY = "nothing stands there"
DERIVED = "follows from the rest"
INSTANTS = "a row says when we made it"
PUBLIC = "all that a product says is public"
ONLY_PRODUCTS = "only products and variants have metadata, and it is empty here"
NO_PICTURE = "categories and collections have no picture, and here there is none"
NO_SEO = "a category has no SEO texts, and here there are none"

METADATA = {"metadata": ONLY_PRODUCTS, "private_metadata": EMPTY}
BACKGROUND = {"background_image": NO_PICTURE, "background_image_alt": NO_PICTURE}

LEFT_OUT: dict[str, dict[str, str]] = {
    "attribute.attribute": {
        **METADATA,
        "type": "all are of products, not of pages",
        "unit": EMPTY,
        "is_variant_only": EMPTY,
        "visible_in_storefront": PUBLIC,
        "filterable_in_dashboard": "one flag says that an attribute is filterable",
        "available_in_grid": "the columns of a list are the reader's",
        "storefront_search_position": EMPTY,
    },
    "attribute.attributevalue": {
        **dict.fromkeys(("value", "file_url", "content_type", "rich_text", "boolean"), EMPTY),
        **dict.fromkeys(("date_time", "reference_product", "reference_page"), EMPTY),
    },
    "attribute.assignedproductattributevalue": {"sort_order": EMPTY},
    "attribute.assignedvariantattribute": {"assignment": DERIVED},
    "attribute.assignedvariantattributevalue": {"sort_order": EMPTY},
    "channel.channel": {
        "is_active": "all are",
        "default_country": "countries decide taxes and shipping, which are the shop's",
    },
    "discount.sale": {
        **METADATA,
        "created_at": INSTANTS,
        "updated_at": INSTANTS,
        **dict.fromkeys(("categories", "collections", "variants"), EMPTY),
    },
    "page.page": {
        **METADATA,
        "created_at": INSTANTS,
        "published_at": "a brand is always shown",
        "is_published": "a brand is always shown",
        "seo_title": EMPTY,
        "seo_description": EMPTY,
    },
    "page.pagetype": {**METADATA, "name": "pages are the shop's; the type of brands is our noun"},
    "product.category": {
        **METADATA,
        **BACKGROUND,
        "seo_title": NO_SEO,
        "seo_description": NO_SEO,
        "description_plaintext": DERIVED,
        "rght": DERIVED,
    },
    "product.collection": {**METADATA, **BACKGROUND},
    "product.product": {
        "private_metadata": EMPTY,
        "created_at": INSTANTS,
        "updated_at": INSTANTS,
        "description_plaintext": DERIVED,
        "search_document": DERIVED,
        "search_vector": DERIVED,
        "rating": "reviews are the shop's, and here there are none",
    },
    "product.productchannellisting": {
        "available_for_purchase_at": "what is shown can be bought, as far as stock allows",
        "currency": DERIVED,
    },
    "product.productmedia": {
        "external_url": EMPTY,
        "oembed_data": EMPTY,
        "to_remove": EMPTY,
    },
    "product.producttype": {**METADATA, "has_variants": DERIVED},
    "product.productvariant": {
        "private_metadata": EMPTY,
        "created_at": INSTANTS,
        "updated_at": INSTANTS,
        "name": "its options name a variant",
        "default": "the first variant by position is the one that is shown",
        "is_preorder": EMPTY,
        "preorder_end_date": EMPTY,
        "preorder_global_threshold": EMPTY,
        "quantity_limit_per_customer": EMPTY,
    },
    "product.productvariantchannellisting": {
        "discounted_price_amount": DERIVED,
        "cost_price_amount": EMPTY,
        "preorder_quantity_threshold": EMPTY,
    },
    "warehouse.stock": {"quantity_allocated": EMPTY},
    "warehouse.warehouse": {
        **METADATA,
        **dict.fromkeys(
            ("address", "email", "click_and_collect_option", "is_private", "shipping_zones"),
            "a location is a name to count at",
        ),
    },
}
NOT_OURS = {
    "attribute.attribute_reference_page_types": "what an attribute may refer to",
    "giftcard.giftcardtag": "gift cards are the shop's",
    "menu.menu": "menus are the shop's",
    "menu.menuitem": "menus are the shop's",
    "shipping.shippingmethod": "shipping is the shop's",
    "shipping.shippingmethodchannellisting": "shipping is the shop's",
    "shipping.shippingzone": "shipping is the shop's",
    "site.sitesettings": "settings of the shop",
}
