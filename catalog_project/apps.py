"""The frame as a Django app: it has checks and commands, but no tables."""

from django.apps import AppConfig


class FrameConfig(AppConfig):
    name = "catalog_project"
    verbose_name = "Frame"
