"""The frame as a Django app: checks, commands, and one table."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "catalog_project"
    verbose_name = "Frame"

    def ready(self) -> None:
        from catalog_project import checks  # noqa: F401, PLC0415  # registers the system checks
        from catalog_project.ops import metrics  # noqa: PLC0415  # needs the settings

        metrics.register_gauge(
            "catalog_jobs",
            "Background jobs that are not finished.",
            metrics.read_queue_depth,
            labels=("queue", "status"),
        )
