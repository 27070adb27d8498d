"""Relations, their kinds, external ids, copies and returns from the archive, in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from products.models import Change, ExternalId, Product, Relation, RelationKind, Variant
from products.services.products import (
    archive_product,
    create_product,
    publish_product,
    update_product,
)
from tests.products.admin.pages import change_url, errors, form_fields, send, url
from tests.products.admin.test_writing import ensure_derived
from tests.products.factories import SYSTEM, ProductFactory

pytestmark = pytest.mark.django_db


def related(product: Product) -> list[tuple[str, str, str | None, int]]:
    rows = Relation.objects.filter(product=product).select_related("kind", "target", "variant")
    return [
        (row.kind.code, row.target.slug, row.variant.sku if row.variant else None, row.quantity)
        for row in rows
    ]


def own_ids(product: Product) -> list[str]:
    return [str(row) for row in ExternalId.objects.filter(product=product, variant=None)]


def kind(code: str) -> int:
    return RelationKind.objects.get(code=code).pk  # type: ignore[return-value]


def row(n: int, **values: Any) -> dict[str, Any]:
    return {f"relations-{n}-{name}": value for name, value in values.items()}


def relate(product: Product, *slugs: str) -> None:
    targets = [Product.objects.get(slug=slug).pk for slug in slugs]
    update_product(
        product.pk,
        values={"relations": [{"kind": "accessory", "product": key} for key in targets]},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )


@pytest.fixture
def others(db: None) -> dict[str, Product]:
    return {slug: ProductFactory.create(slug=slug, name=slug) for slug in ("one", "two", "three")}


def test_relations_are_added_ordered_changed_and_deleted(
    publisher_browser: Client, product: Product, others: dict[str, Product]
) -> None:
    belt = create_product(
        values={"name": "Belt", "slug": "belt", "variants": [{"sku": "B-1"}]}, actor=SYSTEM
    )
    fields = {
        "relations-TOTAL_FORMS": "2",
        **row(0, kind=kind("accessory"), target=belt, variant_key="B-1"),
        **row(1, kind=kind("bundle"), target=others["one"].pk, quantity="6"),
    }
    answer = send(publisher_browser, change_url(product), fields)
    assert answer.status_code == 302, errors(answer)
    assert related(product) == [("accessory", "belt", "B-1", 1), ("bundle", "one", None, 6)]
    fields = {
        "relations-TOTAL_FORMS": "3",
        **row(1, position="0"),
        **row(2, kind=kind("replacement"), target=others["two"].pk),
    }
    answer = send(publisher_browser, change_url(product), fields)
    assert answer.status_code == 302, errors(answer)
    assert related(product) == [
        ("bundle", "one", None, 6),
        ("accessory", "belt", "B-1", 1),
        ("replacement", "two", None, 1),
    ]
    before = Change.objects.count()
    assert send(publisher_browser, change_url(product), {}).status_code == 302
    assert Change.objects.count() == before
    deleted = {"relations-1-DELETE": "on"}
    assert send(publisher_browser, change_url(product), deleted).status_code == 302
    assert [slug for _, slug, _, _ in related(product)] == ["one", "two"]
    ensure_derived()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"target": "itself"}, "does not relate to itself"),
        ({"target": "one", "quantity": "2"}, "Only the parts of a bundle"),
        ({"target": "one", "quantity": "0"}, "greater than or equal to 1"),
        ({"target": "one", "variant_key": "OX-M"}, "has no variant 'OX-M'"),
        ({"target": "one", "variant_key": "x" * 36}, "has no variant"),
        ({"target": ""}, "This field is required"),
    ],
)
def test_a_wrong_relation_is_said_at_its_row_and_nothing_is_saved(
    publisher_browser: Client,
    product: Product,
    others: dict[str, Product],
    values: dict[str, str],
    said: str,
) -> None:
    keys = {"itself": product.pk, "one": others["one"].pk, "": ""}
    values = {**values, "target": str(keys[values["target"]])}
    fields = {"relations-TOTAL_FORMS": "1", **row(0, kind=kind("accessory"), **values)}
    answer = send(publisher_browser, change_url(product), {"name": "No", **fields})
    formsets = answer.context_data["inline_admin_formsets"]
    shown = str([each.formset.errors for each in formsets if each.formset.part == "relations"])
    assert said.replace("'", "&#x27;") in shown or said in shown.replace("\\'", "'")
    product.refresh_from_db()
    assert (product.name, related(product)) == ("Oxford Shirt", [])


def test_a_circle_of_bundles_is_said_above_the_form(
    publisher_browser: Client, product: Product, others: dict[str, Product]
) -> None:
    update_product(
        others["one"].pk,
        values={"relations": [{"kind": "bundle", "product": product.pk}]},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    fields = {
        "relations-TOTAL_FORMS": "1",
        **row(0, kind=kind("bundle"), target=others["one"].pk),
    }
    answer = send(publisher_browser, change_url(product), fields)
    assert "One of its parts contains it." in errors(answer)


def test_relations_that_somebody_else_wrote_meanwhile_stay(
    publisher_browser: Client, product: Product, others: dict[str, Product]
) -> None:
    relate(product, "one", "two")
    page = publisher_browser.get(change_url(product))
    relate(product, "three")
    fields = {**form_fields(page, "product_form"), "relations-1-DELETE": "on", "_save": "Save"}
    answer: Any = publisher_browser.post(change_url(product), fields)
    assert answer.status_code == 302  # they took away the same one
    assert [slug for _, slug, _, _ in related(product)] == ["three"]


def test_rows_on_other_pages_stay(publisher_browser: Client, product: Product) -> None:
    keys = [
        create_product(values={"name": f"Part {n}", "slug": f"part-{n}"}, actor=SYSTEM)
        for n in range(32)
    ]
    update_product(
        product.pk,
        values={"relations": [{"kind": "accessory", "product": key} for key in keys]},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    answer = send(publisher_browser, change_url(product), {"relations-0-DELETE": "on"})
    assert answer.status_code == 302, errors(answer)
    assert [slug for _, slug, _, _ in related(product)] == [f"part-{n}" for n in range(1, 32)]


def test_external_ids_of_a_product_and_its_variants_are_written(
    publisher_browser: Client, product: Product
) -> None:
    fields = {"external_ids": 'erp:1, "shop:a,b:c"', "variants-0-external_ids": "erp:11"}
    assert send(publisher_browser, change_url(product), fields).status_code == 302
    assert own_ids(product) == ["erp:1", "shop:a,b:c"]
    medium = Variant.objects.get(sku="OX-M")
    assert [str(each) for each in medium.external_ids.all()] == ["erp:11"]
    before = Change.objects.count()
    assert send(publisher_browser, change_url(product), {}).status_code == 302
    assert Change.objects.count() == before
    assert send(publisher_browser, change_url(product), {"external_ids": ""}).status_code == 302
    assert own_ids(product) == []
    assert medium.external_ids.count() == 1
    ensure_derived()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"external_ids": "4711"}, "Write external ids as system:id"),
        ({"external_ids": "ERP:4711"}, "A system is named by small letters"),
        ({"external_ids": "erp:taken"}, "archive the other product"),
        ({"variants-1-external_ids": "erp:v"}, "the other variant"),
        ({"variants-1-external_ids": "ERP:v"}, "A system is named by small letters"),
    ],
)
def test_a_wrong_external_id_is_said_at_its_field(
    publisher_browser: Client, product: Product, fields: dict[str, str], said: str
) -> None:
    create_product(
        values={
            "name": "Other",
            "external_ids": [{"system": "erp", "id": "taken"}],
            "variants": [{"external_ids": [{"system": "erp", "id": "v"}]}],
        },
        actor=SYSTEM,
    )
    answer = send(publisher_browser, change_url(product), fields)
    assert answer.status_code == 200
    context = answer.context_data
    forms = {"": context["adminform"].form}
    for each in context["inline_admin_formsets"]:
        forms |= {form.prefix: form for form in each.formset.forms}
    (field,) = fields
    prefix = field.rpartition("-")[0]
    assert said in str(forms[prefix].errors.get("external_ids"))


def test_a_viewer_sees_relations_and_external_ids(
    staff: Callable[[str], Client], product: Product, others: dict[str, Product]
) -> None:
    relate(product, "one")
    update_product(
        product.pk,
        values={"external_ids": [{"system": "erp", "id": "4711"}]},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    browser = staff("viewer")
    shown = browser.get(change_url(product)).content.decode()
    assert "erp:4711" in shown
    assert "Accessor" in shown
    assert "Duplicate" not in shown
    for page in ("duplicate", "restore"):
        assert browser.post(url("product", product.pk, page)).status_code == 403


def test_publishers_keep_the_kinds(staff: Callable[[str], Client]) -> None:
    browser = staff("publisher")
    new = {"name": "Spare part", "code": "spare-part", "position": "9", "is_symmetric": "on"}
    answer = send(browser, url("relationkind", "add"), new, noun="relationkind")
    assert answer.status_code == 302, errors(answer)
    made = RelationKind.objects.get(code="spare-part")
    assert (made.name, made.is_symmetric, made.is_bundle) == ("Spare part", True, False)
    address = url("relationkind", made.pk, "change")
    assert send(browser, address, {"name": "Spare"}, noun="relationkind").status_code == 302
    made.refresh_from_db()
    assert (made.name, made.version) == ("Spare", 2)
    assert "spare-part" in browser.get(url("relationkind")).content.decode()
    browser.post(url("relationkind", made.pk, "delete"), {"post": "yes"})
    assert not RelationKind.objects.filter(code="spare-part").exists()
    assert staff("editor").get(url("relationkind", "add")).status_code == 403


def test_a_kind_that_is_a_bundle_has_sides(publisher_browser: Client) -> None:
    new = {"name": "Set", "code": "set", "is_bundle": "on", "is_symmetric": "on"}
    answer = send(publisher_browser, url("relationkind", "add"), new, noun="relationkind")
    assert any("it cannot be symmetric" in text for text in errors(answer))


def test_a_kind_in_use_is_not_deleted(
    publisher_browser: Client, product: Product, others: dict[str, Product]
) -> None:
    relate(product, "one")
    answer = publisher_browser.post(
        url("relationkind", kind("accessory"), "delete"), {"post": "yes"}, follow=True
    )
    assert "change them first" in answer.content.decode()
    assert RelationKind.objects.filter(code="accessory").exists()


def test_an_editor_duplicates_a_product(staff: Callable[[str], Client], product: Product) -> None:
    browser = staff("editor")
    address = url("product", product.pk, "duplicate")
    assert address in browser.get(change_url(product)).content.decode()
    answer = send(browser, address, {"name": "Twin", "sku_suffix": "-T"}, noun="asking")
    twin = Product.objects.get(slug="twin")
    assert answer["Location"] == change_url(twin)
    assert set(twin.variants.values_list("sku", flat=True)) == {"OX-M-T", "OX-L-T"}
    assert (twin.status, twin.media.count()) == ("draft", 1)
    bare = send(browser, address, {"pictures": []}, noun="asking")
    assert bare.status_code == 302
    assert Product.objects.get(slug="oxford-shirt-copy").media.count() == 0
    ensure_derived()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"slug": "oxford-shirt"}, "slug"),
        ({"slug": "no slug"}, "valid"),
        ({"sku_suffix": "x" * 98}, "longer than 100 characters"),
        ({"expected_version": "1"}, "Nothing was saved"),
    ],
)
def test_a_refused_copy_says_why(
    publisher_browser: Client, product: Product, values: dict[str, str], said: str
) -> None:
    answer = send(publisher_browser, url("product", product.pk, "duplicate"), values, noun="asking")
    assert answer.status_code == 200
    assert said in str(answer.context_data["form"].errors)
    assert Product.objects.count() == 1


def test_a_restore_shows_who_took_what_and_takes_another_slug(
    publisher_browser: Client, product: Product
) -> None:
    archive_product(product.pk, expected_version=None, actor=SYSTEM)
    heir = create_product(
        values={"name": "Heir", "slug": product.slug, "variants": [{"sku": "OX-M"}]}, actor=SYSTEM
    )
    publish_product(heir, expected_version=None, actor=SYSTEM)
    product.refresh_from_db()
    pressed = publisher_browser.post(
        url("product", product.pk, "status", "restore"), {"expected_version": product.version}
    )
    address = url("product", product.pk, "restore")
    assert pressed["Location"] == address
    shown = publisher_browser.get(address).content.decode()
    assert shown.count(url("product", heir, "change")) == 2
    assert "OX-M" in shown
    answer = send(publisher_browser, address, {"slug": "oxford-2"}, noun="asking")
    assert "Taken meanwhile: sku OX-M" in str(answer.context_data["form"].errors)
    variant = Variant.objects.get(product=heir)
    update_product(
        heir,
        values={"variants": [{"id": variant.pk, "sku": "H-1"}]},
        expected_version=None,
        may_publish=False,
        actor=SYSTEM,
    )
    stale = send(
        publisher_browser, address, {"slug": "oxford-2", "expected_version": "1"}, noun="asking"
    )
    assert "Nothing was saved" in str(stale.context_data["form"].errors)
    answer = send(publisher_browser, address, {"slug": "oxford-2"}, noun="asking")
    assert answer["Location"] == change_url(product)
    product.refresh_from_db()
    assert (product.slug, product.status) == ("oxford-2", "draft")
    assert publisher_browser.get(address)["Location"] == change_url(product)
    ensure_derived()


def test_nobody_copies_what_is_not_there(publisher_browser: Client) -> None:
    nothing = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0e0a"
    assert publisher_browser.get(url("product", nothing, "duplicate")).status_code == 404
