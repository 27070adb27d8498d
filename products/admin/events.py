"""What happened, in the same words and colours wherever the admin shows it."""

from django.template.loader import render_to_string

from products.models import Change

COLOURS = {
    "created": "success",
    "published": "success",
    "restored": "success",
    "unpublished": "warning",
    "archived": "warning",
    "deleted": "danger",
}


def event_label(change: Change) -> str:
    """HTML: "product created" as a coloured label."""
    noun, _, verb = change.event.partition(".")
    words = f"{noun} {verb}".replace("_", " ").replace("-", " ")
    label = {"text": words, "type": COLOURS.get(verb, "")}
    return render_to_string("unfold/helpers/label.html", label)
