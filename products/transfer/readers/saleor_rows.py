"""The objects of a Saleor fixture: which are kept in memory, which on disk, which are left out."""

from typing import Any

Row = dict[str, Any]  # the fields, and "pk" and "line"
# Of the shop's shape: few, and asked for all the time.
SHAPE = {
    "attribute.attribute",
    "attribute.attributevalue",
    "attribute.attributeproduct",
    "attribute.attributevariant",
    "channel.channel",
    "discount.sale",
    "discount.salechannellisting",
    "page.page",
    "page.pagetype",
    "product.category",
    "product.categorytranslation",
    "product.collection",
    "product.producttype",
    "tax.taxclass",
    "warehouse.warehouse",
}
# Of products: as many as there are. Model -> the field by which its rows are asked for.
PARTS = {
    "product.product": "",
    "product.productvariant": "product",
    "product.productmedia": "product",
    "product.productimage": "product",
    "product.variantmedia": "variant",
    "product.variantimage": "variant",
    "product.producttranslation": "product",
    "product.productchannellisting": "product",
    "product.productvariantchannellisting": "variant",
    "product.collectionproduct": "product",
    "attribute.assignedproductattribute": "product",
    "attribute.assignedproductattributevalue": "product",
    "attribute.assignedvariantattribute": "variant",
    "attribute.assignedvariantattributevalue": "assignment",
    "warehouse.stock": "product_variant",
}
# What is read of each model, beside its key.
USED: dict[str, str] = {
    "attribute.attribute": "slug name input_type entity_type unit filterable_in_storefront",
    "attribute.attributevalue": (
        "sort_order name slug value file_url attribute rich_text plain_text boolean date_time"
        " reference_product reference_page reference_product_id reference_page_id"
    ),
    "attribute.attributeproduct": "sort_order attribute product_type",
    "attribute.attributevariant": "sort_order attribute product_type variant_selection",
    "channel.channel": "name slug currency_code",
    "discount.sale": ("name type start_date end_date products variants categories collections"),
    "discount.salechannellisting": "sale channel discount_value currency",
    "page.page": "slug title page_type content",
    "page.pagetype": "slug name",
    "product.category": "name slug description parent lft tree_id",
    "product.categorytranslation": "category language_code name description slug",
    "product.collection": "name slug description seo_title seo_description",
    "product.producttype": "name slug kind is_shipping_required weight",
    "tax.taxclass": "name",
    "warehouse.warehouse": "name slug",
    "product.product": (
        "name slug description category product_type weight seo_title seo_description metadata"
        " created_at updated_at rating external_reference tax_class"
    ),
    "product.productvariant": (
        "sku name product sort_order weight track_inventory metadata quantity_limit_per_customer"
        " is_preorder preorder_end_date preorder_global_threshold external_reference"
    ),
    "product.productmedia": "sort_order product image alt type external_url ppoi",
    "product.productimage": "sort_order product image alt ppoi",
    "product.variantmedia": "variant media",
    "product.variantimage": "variant image",
    "product.producttranslation": (
        "product language_code name description slug seo_title seo_description"
    ),
    "product.productchannellisting": (
        "product channel is_published published_at publication_date visible_in_listings"
        " available_for_purchase_at available_for_purchase"
    ),
    "product.productvariantchannellisting": (
        "variant channel currency price_amount cost_price_amount prior_price_amount"
    ),
    "product.collectionproduct": "collection product sort_order",
    "attribute.assignedproductattribute": "product assignment",
    "attribute.assignedproductattributevalue": "product assignment value sort_order",
    "attribute.assignedvariantattribute": "variant assignment",
    "attribute.assignedvariantattributevalue": "assignment value sort_order",
    "warehouse.stock": "warehouse product_variant quantity",
}
# What follows from the rest, and what nobody misses.
DERIVED = {
    *("description_plaintext", "search_document", "search_vector", "search_index_dirty"),
    *("default_variant", "discounted_price_amount", "default", "has_variants", "level", "rght"),
    *("currency", "value_required", "visible_in_storefront", "updated_at", "created_at"),
    *("filterable_in_dashboard", "available_in_grid", "storefront_search_position", "type"),
    *("is_active", "is_published", "published_at", "to_remove", "oembed_data", "sort_order"),
}


def said(value: Any) -> bool:
    """Whether something stands there."""
    return value not in (None, "", [], {}, False)
