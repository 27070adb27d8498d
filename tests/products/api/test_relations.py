"""What goes with what: shown where it may be seen, changed with its product, never in a circle."""

from typing import Any

import pytest

from products.errors import CodeTaken, StillInUse
from products.models import Change, Product, Relation, RelationKind
from products.services.catalog_check import check_products, check_shared
from products.services.channels import create_channel
from products.services.locales import create_locale
from products.services.products import delete_product
from products.services.relation_kinds import create_relation_kind, update_relation_kind
from tests.products.factories import SYSTEM, ProductFactory

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"
KINDS = "/api/v1/relation-kinds"
ANY_VERSION: Any = {"expected_version": None, "actor": SYSTEM}


@pytest.fixture(autouse=True)
def _no_drift_at_the_end() -> Any:
    yield
    assert list(check_products(list(Product.objects.values_list("pk", flat=True)))) == []
    assert list(check_shared()) == []


def path_of(product: Product) -> str:
    return f"{PRODUCTS}/{product.pk}"


def to(product: Product, kind: str = "accessory", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "product": product.pk, **more}


def shown(client: Any, product: Product) -> list[tuple[str, str]]:
    """Kind and product of each relation in the document."""
    relations = client.get(path_of(product)).json()["relations"]
    return [(each["kind"], each["product"]) for each in relations]


def listed(client: Any, product: Product) -> list[tuple[str, str]]:
    items = client.get(f"{path_of(product)}/relations").json()["items"]
    return [(each["kind"], each["product"]["slug"]) for each in items]


def version_of(product: Product) -> int:
    return Product.objects.get(pk=product.pk).version


def test_the_first_kinds_are_there(anonymous: Any) -> None:
    items = anonymous.get(KINDS).json()["items"]
    assert [(kind["code"], kind["is_bundle"]) for kind in items] == [
        ("accessory", False),
        ("cross-sell", False),
        ("up-sell", False),
        ("replacement", False),
        ("bundle", True),
    ]


def test_relations_are_written_with_the_product_in_their_order(editor: Any, anonymous: Any) -> None:
    lid, spoon, new = (ProductFactory.create(slug=slug) for slug in ("lid", "spoon", "new"))
    spoons = spoon.variants.get()
    body = {
        "name": "Mug",
        "slug": "mug",
        "relations": [
            {"kind": "replacement", "product": str(new.pk)},
            {"kind": "accessory", "product": str(spoon.pk), "variant": str(spoons.pk)},
            {"kind": "accessory", "product": str(lid.pk)},
        ],
    }
    created = editor.post(PRODUCTS, body)
    assert created.status_code == 201
    expected: list[dict[str, Any]] = [
        {"kind": "accessory", "product": str(spoon.pk), "variant": str(spoons.pk), "quantity": 1},
        {"kind": "accessory", "product": str(lid.pk), "variant": None, "quantity": 1},
        {"kind": "replacement", "product": str(new.pk), "variant": None, "quantity": 1},
    ]
    names = dict(RelationKind.objects.values_list("code", "name"))
    for each in expected:
        each["kind_name"] = names[each["kind"]]
    assert created.json()["relations"] == expected
    path = f"{PRODUCTS}/{created.json()['id']}"
    same = editor.patch(path, {"relations": body["relations"]})
    assert same.json()["version"] == 1, "nothing is new"
    snapshot = Change.objects.get(aggregate_id=created.json()["id"]).snapshot
    assert [each["product"] for each in snapshot["relations"]] == [
        str(new.pk),
        str(spoon.pk),
        str(lid.pk),
    ]
    changed = editor.patch(path, {"relations": body["relations"][:1]})
    assert (changed.json()["version"], changed.json()["relations"]) == (2, expected[2:])
    assert editor.patch(path, {"tags": ["a"]}).json()["relations"] == expected[2:]


def test_the_relations_alone_come_with_what_a_link_needs(editor: Any, anonymous: Any) -> None:
    mug, lid = ProductFactory.create(), ProductFactory.create(slug="lid", name="Lid")
    path = f"{path_of(mug)}/relations"
    etag = editor.get(path)["ETag"]
    body = {"items": [{"kind": "accessory", "product": str(lid.pk)}]}
    put = editor.put(path, body, HTTP_IF_MATCH=etag)
    assert (put.status_code, version_of(mug)) == (200, 2)
    assert anonymous.get(path).json() == put.json()
    assert put.json()["items"] == [
        {
            "kind": "accessory",
            "kind_name": RelationKind.objects.get(code="accessory").name,
            "product": {"id": str(lid.pk), "slug": "lid", "name": "Lid"},
            "variant": None,
            "quantity": 1,
        }
    ]
    stale = editor.put(path, {"items": []}, HTTP_IF_MATCH=etag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale-version")
    assert editor.get(f"{PRODUCTS}/nothing/relations").status_code == 404


def test_a_rename_of_the_target_is_no_affair_of_the_source(editor: Any, anonymous: Any) -> None:
    lid = ProductFactory.create(slug="lid")
    mug = ProductFactory.create(relations=[to(lid)])
    before = anonymous.get(path_of(mug))
    editor.patch(path_of(lid), {"slug": "cover", "name": "Cover"})
    assert anonymous.get(path_of(mug))["ETag"] == before["ETag"]
    assert listed(anonymous, mug) == [("accessory", "cover")]


def test_shoppers_see_published_targets_only_and_at_once(publisher: Any, anonymous: Any) -> None:
    lid = ProductFactory.create(slug="lid", status="draft")
    mug = ProductFactory.create(relations=[to(lid)])
    steps = [("publish", True), ("unpublish", False), ("publish", True), ("archive", False)]
    assert (shown(anonymous, mug), listed(anonymous, mug)) == ([], [])
    for step, is_shown in steps:
        assert publisher.post(f"{path_of(lid)}/{step}").status_code == 200
        assert bool(shown(anonymous, mug)) is is_shown, step
        assert bool(listed(anonymous, mug)) is is_shown, step
        assert listed(publisher, mug) == [("accessory", "lid")]
    assert version_of(mug) == 1, "the mug itself did not change"


def test_a_target_out_of_its_window_is_not_listed(publisher: Any, anonymous: Any) -> None:
    lid = ProductFactory.create(slug="lid")
    mug = ProductFactory.create(relations=[to(lid)])
    publisher.patch(path_of(lid), {"unpublish_at": "2020-01-01T00:00:00Z"})
    assert listed(anonymous, mug) == []
    assert listed(publisher, mug) == [("accessory", "lid")]


def test_a_relation_is_named_in_the_locale_and_hidden_where_its_channel_hides_it(
    editor: Any, publisher: Any, anonymous: Any
) -> None:
    create_locale(values={"code": "de", "name": "German", "fallback": None}, actor=SYSTEM)
    shop: Any = {"slug": "shop", "name": "Shop", "locales": ["en", "de"]}
    create_channel(values=shop, actor=SYSTEM)
    lid = ProductFactory.create(slug="lid", name="Lid")
    mug = ProductFactory.create(slug="mug", relations=[to(lid)])
    for row, name in ((lid, "Deckel"), (mug, "Becher")):
        translated = {"translations": {"de": {"name": name, "slug": name.lower()}}}
        assert editor.patch(path_of(row), translated).status_code == 200
    path = f"{PRODUCTS}/becher/relations?channel=shop&locale=de"
    german = anonymous.get(path)
    (item,) = german.json()["items"]
    assert item["product"] == {"id": str(lid.pk), "slug": "deckel", "name": "Deckel"}
    assert listed(anonymous, mug) == [("accessory", "lid")]
    assert german["ETag"] != anonymous.get(f"{PRODUCTS}/mug/relations")["ETag"]
    assert anonymous.get(path, HTTP_IF_NONE_MATCH=german["ETag"]).status_code == 304
    body = {"channels": [{"channel": "shop", "is_listed": False}]}
    assert publisher.put(f"{path_of(lid)}/channels", body).status_code == 200
    assert anonymous.get(path).json() == {"items": []}
    assert len(editor.get(path).json()["items"]) == 1
    assert listed(anonymous, mug) == [("accessory", "lid")]


def test_a_deleted_target_leaves_and_the_source_says_so(publisher: Any) -> None:
    lid = ProductFactory.create()
    mug = ProductFactory.create(relations=[to(lid)])
    assert publisher.delete(path_of(lid)).status_code == 204
    assert (shown(publisher, mug), version_of(mug)) == ([], 2)
    change = Change.objects.get(aggregate_id=mug.pk, version=2)
    assert (change.event, change.snapshot["relations"]) == ("product.updated", [])


def test_a_symmetric_kind_is_told_once_and_shown_on_both_sides(
    editor: Any, publisher: Any, anonymous: Any
) -> None:
    created = editor.post(KINDS, {"code": "pairs", "name": "Goes with", "is_symmetric": True})
    assert created.status_code == 201
    cup, dish = ProductFactory.create(), ProductFactory.create()
    assert editor.patch(
        path_of(cup), {"relations": [{"kind": "pairs", "product": str(dish.pk)}]}
    ).json()["relations"]
    assert shown(anonymous, dish) == [("pairs", str(cup.pk))]
    editor.patch(path_of(dish), {"relations": [{"kind": "pairs", "product": str(cup.pk)}]})
    assert shown(anonymous, dish) == [("pairs", str(cup.pk))], "once, though both say it"
    editor.patch(path_of(dish), {"relations": []})
    publisher.post(f"{path_of(cup)}/unpublish")
    assert shown(anonymous, dish) == []
    publisher.post(f"{path_of(cup)}/publish")
    path = f"{KINDS}/pairs"
    assert editor.patch(path, {"is_symmetric": False}).status_code == 200
    assert (shown(anonymous, dish), shown(anonymous, cup)) == ([], [("pairs", str(dish.pk))])
    editor.patch(path, {"is_symmetric": True})
    publisher.delete(path_of(cup))
    assert shown(anonymous, dish) == []


def test_a_bundle_has_parts_with_quantities(editor: Any) -> None:
    cup, dish = ProductFactory.create(), ProductFactory.create()
    tea_set = ProductFactory.create(
        relations=[to(cup, "bundle", quantity=6), to(dish, "bundle", quantity=6)]
    )
    relations = editor.get(path_of(tea_set)).json()["relations"]
    assert [each["quantity"] for each in relations] == [6, 6]
    wrong = editor.patch(
        path_of(cup),
        {"relations": [{"kind": "accessory", "product": str(dish.pk), "quantity": 2}]},
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (
        400,
        "/relations/0/quantity",
    )


def test_a_bundle_never_contains_itself(editor: Any) -> None:
    inner = ProductFactory.create()
    middle = ProductFactory.create(relations=[to(inner, "bundle")])
    outer = ProductFactory.create(relations=[to(middle, "bundle")])
    refused = editor.patch(
        path_of(inner), {"relations": [{"kind": "bundle", "product": str(outer.pk)}]}
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "bundle-cycle")
    assert not Relation.objects.filter(product=inner).exists()
    other = {"relations": [{"kind": "accessory", "product": str(outer.pk)}]}
    assert editor.patch(path_of(inner), other).status_code == 200


def test_each_flaw_of_a_relation_is_named(editor: Any) -> None:
    mug, lid = ProductFactory.create(), ProductFactory.create()
    mine = str(mug.variants.get().pk)
    nobody = "0197f3c5-6f0e-7c3a-9b1d-2f4f6a8c0eff"
    good = {"kind": "accessory", "product": str(lid.pk)}
    for items, status, code, pointer in (
        ([{**good, "kind": "nothing"}], 400, "invalid", "/relations/0/kind"),
        ([{**good, "product": nobody}], 400, "unknown-reference", "/relations/0/product"),
        ([{**good, "product": str(mug.pk)}], 400, "invalid", "/relations/0/product"),
        ([{**good, "variant": mine}], 400, "unknown-reference", "/relations/0/variant"),
        ([good, good], 409, "relation-twice", "/relations/1"),
        ([{**good, "quantity": 0}], 400, "validation-failed", "/relations/0/quantity"),
        ([{**good, "note": ""}], 400, "validation-failed", "/relations/0/note"),
    ):
        answer = editor.patch(path_of(mug), {"relations": items})
        assert (answer.status_code, answer.json()["code"]) == (status, code), items
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Relation.objects.exists()


def test_a_variant_that_a_relation_names_stays(editor: Any) -> None:
    lid = ProductFactory.create(variants=[{"sku": "L", "options": {"n": "1"}}])
    variant = lid.variants.get()
    mug = ProductFactory.create(slug="mug", relations=[to(lid, variant=variant.pk)])
    gone = editor.delete(f"{path_of(lid)}/variants/{variant.pk}")
    assert (gone.status_code, gone.json()["code"]) == (409, "still-in-use")
    assert "mug" in gone.json()["detail"]
    assert editor.patch(path_of(lid), {"variants": []}).status_code == 409
    editor.patch(path_of(mug), {"relations": []})
    assert editor.delete(f"{path_of(lid)}/variants/{variant.pk}").status_code == 204


def test_a_duplicate_has_the_same_relations(editor: Any) -> None:
    lid = ProductFactory.create()
    mug = ProductFactory.create(relations=[to(lid)])
    copy = editor.post(f"{path_of(mug)}/duplicate").json()
    assert [each["product"] for each in copy["relations"]] == [str(lid.pk)]


def test_a_kind_keeps_its_code_and_nature_and_goes_only_unused(editor: Any) -> None:
    with pytest.raises(CodeTaken):
        create_relation_kind(values={"code": "bundle", "name": "Again"}, actor=SYSTEM)
    both = {"code": "x", "name": "X", "is_bundle": True, "is_symmetric": True}
    assert editor.post(KINDS, both).json()["errors"][0]["pointer"] == "/is_symmetric"
    assert editor.patch(f"{KINDS}/bundle", {"code": "set"}).status_code == 400
    assert editor.post(KINDS, {"code": "A B", "name": "X"}).status_code == 400
    lid = ProductFactory.create()
    mug = ProductFactory.create(relations=[to(lid)])
    kind = RelationKind.objects.get(code="accessory")
    with pytest.raises(StillInUse):
        update_relation_kind(kind.pk, values={"is_bundle": True}, **ANY_VERSION)
    refused = editor.delete(f"{KINDS}/accessory")
    assert (refused.status_code, refused.json()["code"]) == (409, "still-in-use")
    delete_product(mug.pk, **ANY_VERSION)
    assert editor.delete(f"{KINDS}/accessory").status_code == 204


def test_the_order_of_kinds_is_that_of_documents(editor: Any) -> None:
    lid, new = ProductFactory.create(), ProductFactory.create()
    mug = ProductFactory.create(relations=[to(lid), to(new, "replacement")])
    assert editor.patch(f"{KINDS}/accessory", {"position": 99}).status_code == 200
    assert [kind for kind, _ in shown(editor, mug)] == ["replacement", "accessory"]


@pytest.mark.parametrize("count", [1, 50])
def test_reading_relations_costs_the_same_however_many_they_are(
    anonymous: Any, django_assert_num_queries: Any, count: int
) -> None:
    parts = [ProductFactory.create(variants=[]) for _ in range(count)]
    mug = ProductFactory.create(relations=[to(part) for part in parts])
    with django_assert_num_queries(3):  # visible; its version; the relations
        assert len(listed(anonymous, mug)) == count
    with django_assert_num_queries(1):
        assert len(shown(anonymous, mug)) == count
