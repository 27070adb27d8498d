"""What documents print of tax classes. A fragment of the statement in `build`."""

from products.documents.translations import text_of


def tax_class_of(row: str) -> str:
    """The tax class that this row names, as a JSON object; NULL where it names none."""
    return f"""
    (SELECT row_to_json(item) FROM (
        SELECT tax.code, {text_of("tax", "name")} AS name FROM products_taxclass tax
         WHERE tax.id = {row}.tax_class_id) item)
    """
