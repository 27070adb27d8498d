from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProductsConfig(AppConfig):
    name = "products"
    verbose_name = "Catalog"

    def ready(self) -> None:
        # REST framework, behind the metrics, needs the registry of apps to be complete.
        from accounts.channel_limits import tell_channels  # noqa: PLC0415
        from catalog_project.ops.metrics import register_gauge  # noqa: PLC0415
        from products.changes import gauges as feed  # noqa: PLC0415
        from products.changes.horizon import settle_places  # noqa: PLC0415
        from products.documents import gauges  # noqa: PLC0415
        from products.services.channels import channel_slugs, ensure_first_channel  # noqa: PLC0415

        post_migrate.connect(lambda **_: ensure_first_channel(), sender=self, weak=False)
        post_migrate.connect(lambda **_: settle_places(), sender=self, weak=False)
        tell_channels(channel_slugs)

        register_gauge(
            "catalog_published_products",
            "Products with the status published.",
            gauges.published_products,
        )
        register_gauge(
            "catalog_products", "Products by status.", gauges.products_by_status, ("status",)
        )
        register_gauge(
            "catalog_feed_lag_seconds",
            "Age of the oldest committed change that the feed does not serve yet.",
            feed.feed_lag,
        )
        register_gauge(
            "catalog_feed_oldest_writer_seconds",
            "Age of the oldest running transaction that holds the feed back.",
            feed.oldest_writer,
        )
