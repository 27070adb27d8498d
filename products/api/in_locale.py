"""Rows in the locale of the answer."""

from collections.abc import Mapping
from typing import Any

TEXTS = ("slug", "name", "description", "alt")


class InLocale:
    """Mixed into the shape of an answer: each text in the first locale of the view that has it."""

    def to_representation(self, instance: Any) -> Any:
        served = super().to_representation(instance)  # type: ignore[misc]  # of a serializer
        chain = getattr(self.context.get("view"), "chain", ())  # type: ignore[attr-defined]  # likewise
        if instance.translations:
            for name in TEXTS:
                if name in served:
                    served[name] = text_in(instance.translations, name, chain, served[name])
        return served


def text_in(texts: Mapping[str, Mapping[str, str]], name: str, chain: Any, own: Any) -> Any:
    return next((texts[code][name] for code in chain if name in texts.get(code, {})), own)
