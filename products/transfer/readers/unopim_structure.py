"""What stands beside UnoPim's products: categories, attributes and their options."""

from products.transfer.readers.finds import (
    Attribute,
    Finds,
    code_of,
    exact_code,
    exact_option,
    label_of,
)
from products.transfer.readers.shop import other_file, table_of
from products.transfer.records import CategoryRecord
from products.transfer.sources import Bundle

TYPES = {
    "text": "text",
    "textarea": "text",
    "boolean": "boolean",
    "select": "choice",
    "multiselect": "multi_choice",
    "checkbox": "multi_choice",
    "date": "date",
    "datetime": "datetime",
}
FILES = {"image", "gallery", "file"}


def read_categories(bundle: Bundle, finds: Finds) -> dict[str, tuple[str, ...]]:
    """Code -> names from the root down."""
    paths: dict[str, tuple[str, ...]] = {}
    source = other_file(bundle, "code", "parent", "name", named="categor")
    rows = {row["code"]: row for row in reversed(list(table_of(source)))}
    for code, row in rows.items():
        chain = [row]
        while (above := rows.get(chain[-1]["parent"])) is not None and above not in chain:
            chain.append(above)
        path = tuple((each["name"] or each["code"])[:200] for each in reversed(chain))
        paths[code] = path
        finds.categories[path] = CategoryRecord(path, slug=code_of(code))
    return paths


def read_attributes(bundle: Bundle, finds: Finds) -> set[str]:
    """Defines them with their options. Answers those that are files."""
    files: set[str] = set()
    source = other_file(bundle, "code", "type", "value_per_locale", named="attribute")
    for row in table_of(source):
        code = exact_code(row["code"])
        if row["type"] in FILES:
            files.add(row["code"])
        elif code not in finds.attributes:
            kind = TYPES.get(row["type"], "text")
            found = Attribute(
                {
                    "code": code,
                    "name": row.get("name") or label_of(code),
                    "type": kind,
                    "is_filterable": row.get("is_filterable") == "1" and "choice" in kind,
                    "is_localizable": row["value_per_locale"] == "1",
                    "is_per_channel": row.get("value_per_channel") == "1",
                },
                "," if kind == "multi_choice" else "",
                is_exact=True,
            )
            finds.attributes[code] = found
    options = other_file(bundle, "attribute_code", "code", "label", named="option")
    for row in table_of(options):
        known = finds.attributes.get(exact_code(row["attribute_code"]))
        if known is not None:
            code = exact_option(row["code"])
            known.options.setdefault(code, {"code": code, "label": row["label"] or code})
    return files
