"""A list in YAML as items with line numbers, one at a time; every scalar is the text that it is.

Items are told apart by the dash that begins their line. Anchors may multiply without end, so files
with aliases are refused, and so is what is nested too deeply.
"""

from collections.abc import Iterator
from typing import NoReturn

import yaml

from products.transfer.readers.encodings import read_lines, recognise_encoding
from products.transfer.readers.items import MAX_ITEM, MAX_ITEMS, Item
from products.transfer.records import FileRefused, Remark
from products.transfer.sources import Source

ENDINGS = (".yaml", ".yml")
DEEPEST = 20
NULL = "tag:yaml.org,2002:null"


class _Loader(yaml.CSafeLoader):
    """Knows texts and nothing else: 012 is no octal number, and no is not false."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] == NULL]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(source: Source) -> Iterator[Item]:
    """Raises FileRefused."""
    with source.open() as stream:
        encoding = recognise_encoding(stream)
        lines: list[str] = []
        size = start = count = 0
        number = 0
        for number, line in enumerate(read_lines(stream, encoding), start=1):
            if line.startswith("- ") or line.rstrip() == "-":
                if lines:
                    yield _item(lines, start)
                    count += 1
                if count >= MAX_ITEMS:
                    _refuse("too-many-rows", number, f"There are over {MAX_ITEMS:,}.", "Split it.")
                lines, start, size = [" " + line[1:]], number, 0
            elif lines:
                lines.append(line)
                size += len(line)
                if size > MAX_ITEM:
                    _refuse("item-too-long", start, "An item is too long.", "Split it.")
            elif line.strip() and not line.startswith(("#", "---", "%")):
                remedy = "Begin each product's line with a dash."
                _refuse("not-yaml", number, "It is no list in YAML.", remedy)
        if lines:
            yield _item(lines, start)


def _item(lines: list[str], start: int) -> Item:
    text = "".join(lines)
    try:
        _ensure_plain(text, start)
        value = _Loader(text).get_single_data()
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = start + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "it cannot be read"
        _refuse("not-yaml", line, f"This is not YAML: {problem}.", "Correct it.")
    return Item(start, start + len(lines) - 1, value)


def _ensure_plain(text: str, start: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            mark = event.start_mark
            line = start + (mark.line if mark else 0)
            _refuse("yaml-alias", line, "Aliases are not read.", "Write what they stand for.")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            _refuse("too-deep", start, f"It is nested {DEEPEST} times.", "Export it again.")


def _refuse(code: str, line: int, message: str, remedy: str) -> NoReturn:
    raise FileRefused(Remark(code, line, message, remedy))
