"""What a parser says no to. Apart from problems.py, because DRF loads parsers before its views."""

from typing import Any

from rest_framework.exceptions import APIException, ParseError


class ContentTooLarge(APIException):
    """The body is over a limit of bytes; raised before it is read."""

    status_code = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"At most {limit} bytes are accepted.", "content-too-large")
        self.limit = limit


class MalformedBody(ParseError):
    """The body breaks the rules of JSON; `flaws` are items of `errors`."""

    def __init__(self, detail: str, flaws: list[dict[str, Any]] | None = None) -> None:
        super().__init__(detail)
        self.flaws = flaws or [{"pointer": "", "code": "malformed", "detail": detail}]
