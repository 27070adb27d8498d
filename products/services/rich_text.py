"""Rich text: HTML that is stored only if nothing of it had to be taken away.

`nh3` (ammonia) parses as a browser does and prints what its allow-list knows. What it would drop is
refused, and named; what is stored is what it prints, so no reader has to clean it again.
"""

from html.parser import HTMLParser

import nh3

ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
TAGS = {
    *("a", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "figcaption"),
    *(
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "li",
        "ol",
        "p",
        "pre",
    ),
    *("s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead"),
    *("tr", "u", "ul"),
}
SCHEMES = {"http", "https", "mailto", "tel"}


class NotAllowed(ValueError):
    """The text has something that sanitising would take away."""


def sanitized(text: str) -> str:
    """The text as it is stored: its own HTML, in the sanitizer's spelling. Raises NotAllowed."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = cleaned(unix)
    given, kept = _pieces(unix), _pieces(clean)
    if given != kept:
        raise NotAllowed(_difference(given, kept))
    if cleaned(clean) != clean:
        raise NotAllowed("HTML that reads otherwise the second time")
    return clean


def cleaned(text: str) -> str:
    """What the sanitizer leaves of any HTML."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


class _Reader(HTMLParser):
    """What somebody sees or follows: opening tags with their attributes, and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._is_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tbody":
            return  # Browsers add it where it was left out.
        self.pieces.append(f"<{tag}>")
        self.pieces += sorted(f"{name}={value or ''!r} of <{tag}>" for name, value in attrs)
        self._is_text = False

    def handle_data(self, data: str) -> None:
        if self.pieces and self.pieces[-1] == "<pre>":
            data = data.removeprefix("\n")  # Browsers do not show it.
        if self._is_text:
            self.pieces[-1] += data
        else:
            self.pieces.append(data)
        self._is_text = True

    def handle_comment(self, data: str) -> None:
        self.pieces.append(f"<!--{data}-->")
        self._is_text = False

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(f"<!{decl}>")
        self._is_text = False

    def handle_pi(self, data: str) -> None:
        self.pieces.append(f"<?{data}>")
        self._is_text = False

    def unknown_decl(self, data: str) -> None:
        self.handle_decl(data)


def _pieces(text: str) -> list[str]:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.pieces


def _difference(given: list[str], kept: list[str]) -> str:
    known = set(kept)
    lost = next((piece for piece in given if piece not in known), "the order of its elements")
    return lost if len(lost) <= 80 else f"{lost[:79]}…"
