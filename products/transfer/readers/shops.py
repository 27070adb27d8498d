"""The formats of other shops."""

from products.transfer.readers import (
    akeneo,
    bagisto,
    commercetools,
    magento,
    medusa,
    orocommerce,
    oscar,
    saleor,
    spree,
    unopim,
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
        unopim,
        bagisto,
        orocommerce,
    )
)
