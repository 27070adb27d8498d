"""The formats of other shops."""

from products.transfer.readers import akeneo, magento, medusa, woocommerce

SHOPS = tuple(each.FORMAT for each in (woocommerce, magento, medusa, akeneo))
