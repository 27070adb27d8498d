"""Make the smaller copies of pictures here and now, without the worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from products.management.progress import track
from products.models import Media
from products.models.media import Kind
from products.services.renditions import make_renditions, sources_of_renditions


class Command(BaseCommand):
    help = (
        "Make the smaller copies of all uploaded pictures, after a change of RENDITION_WIDTHS or "
        "RENDITION_QUALITY, and print the documents that show them. Running it again changes "
        "nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--missing", action="store_true", help="only where a copy of some width is not there"
        )

    def handle(self, *, missing: bool, **options: Any) -> None:
        pictures = Media.objects.filter(kind=Kind.IMAGE).exclude(file="")
        total = pictures.values("file").distinct().count()
        files = copies = 0

        def steps() -> Any:
            nonlocal files, copies
            for source in sources_of_renditions(missing=missing):
                copies += make_renditions(source)
                files += 1
                yield 1

        for _ in track(steps(), total=total, title="Making renditions"):
            pass
        self.stdout.write(f"{files:,} pictures have {copies:,} smaller copies.")
