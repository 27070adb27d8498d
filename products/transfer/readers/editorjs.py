"""EditorJS, in which Saleor writes descriptions, as HTML."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

PLAIN = {"quote": "<blockquote>{}</blockquote>", "delimiter": "<hr>"}


def html_of(content: Any) -> str:
    """Of an object, or of its JSON; a text that is neither is a paragraph."""
    if isinstance(content, str):
        text = content
        try:
            content = json.loads(text)
        except ValueError:
            return f"<p>{escape(text)}</p>" if text.strip() else ""
    if not isinstance(content, dict):
        return ""
    return "".join(_block(block) for block in content.get("blocks") or () if block)


def _block(block: dict[str, Any]) -> str:
    """Texts of blocks are HTML themselves: bold words, links."""
    data = block.get("data") or {}
    kind = block.get("type")
    text = str(data.get("text") or "")
    if kind == "header":
        level = min(max(int(data.get("level") or 2), 1), 6)
        return f"<h{level}>{text}</h{level}>"
    if kind == "list":
        tag = "ol" if data.get("style") == "ordered" else "ul"
        items = "".join(f"<li>{item}</li>" for item in _items(data.get("items") or ()))
        return f"<{tag}>{items}</{tag}>"
    if kind in PLAIN:
        return PLAIN[kind].format(text)
    if kind == "code":
        return f"<pre><code>{escape(str(data.get('code') or ''))}</code></pre>"
    if kind == "image":
        url = (data.get("file") or {}).get("url") or data.get("url") or ""
        return f'<img src="{escape(str(url))}" alt="{escape(str(data.get("caption") or ""))}">'
    return f"<p>{text}</p>" if text else ""


def _items(items: Any) -> Iterator[str]:
    for item in items:
        yield str(item.get("content") or "") if isinstance(item, dict) else str(item)
