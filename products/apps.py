from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "products"
    verbose_name = "Catalog"

    def ready(self) -> None:
        # REST framework, behind the metrics, needs the registry of apps to be complete.
        from catalog_project.ops.metrics import register_gauge  # noqa: PLC0415
        from products.documents import gauges  # noqa: PLC0415

        register_gauge(
            "catalog_published_products",
            "Products with the status published.",
            gauges.published_products,
        )
        register_gauge(
            "catalog_products", "Products by status.", gauges.products_by_status, ("status",)
        )
