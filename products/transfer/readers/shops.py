"""The formats of other shops."""

from products.transfer.readers import (
    akeneo,
    commercetools,
    magento,
    medusa,
    oscar,
    saleor,
    spree,
    vendure,
    woocommerce,
)

SHOPS = tuple(
    each.FORMAT
    for each in (
        woocommerce,
        magento,
        medusa,
        akeneo,
        saleor,
        commercetools,
        spree,
        vendure,
        oscar,
    )
)
