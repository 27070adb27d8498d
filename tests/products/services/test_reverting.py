"""A product becomes exactly what it was, or nothing changes and everything in the way is named."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.actors import Actor
from products.changes.retention import forget_changes
from products.changes.states import exact_state
from products.errors import (
    ChangedSince,
    InvalidValue,
    NotFound,
    RevertClashes,
    StaleVersion,
    StillInUse,
)
from products.models import (
    Attribute,
    Brand,
    Category,
    Change,
    ChangeHorizon,
    Location,
    Price,
    PriceRecord,
    Product,
    ProductType,
    RelationKind,
)
from products.services import catalog_check, undoing
from products.services import products as services
from products.services.attributes import create_attribute
from products.services.brands import delete_brand, ensure_brands, update_brand
from products.services.categories import create_category, delete_category, update_category
from products.services.locales import create_locale
from products.services.locations import create_location
from products.services.product_types import create_product_type, update_product_type
from products.services.reverting import revert_product
from products.services.undoing import undo_request
from tests.products.changes.feeds import settle
from tests.products.factories import (
    SYSTEM,
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    PriceListFactory,
    ProductFactory,
    ProductTypeFactory,
    price,
)

pytestmark = pytest.mark.django_db
ASKED = Actor(user_id=None, label="ada", source="api", request_id="request-4711")


def update(product: Product, actor: Actor = SYSTEM, **values: Any) -> None:
    services.update_product(
        product.pk,
        values=values,  # type: ignore[arg-type]  # plain values
        expected_version=None,
        may_publish=True,
        actor=actor,
    )


def revert(product: Product, number: int) -> None:
    revert_product(product.pk, number=number, expected_version=None, actor=SYSTEM)


def facts(product: Product, version: int) -> dict[str, Any]:
    """The state without what differs in each version."""
    state = json.loads(exact_state(product.pk, version) or "{}", parse_float=str)
    return {name: value for name, value in state.items() if name not in {"version", "updated_at"}}


def newest(product: Product) -> int:
    rows = Change.objects.filter(aggregate_id=product.pk).order_by("-version")
    return int(rows.values_list("version", flat=True)[0])


def ensure_whole(product: Product) -> None:
    assert list(catalog_check.check_products([product.pk])) == []


def rich_product() -> Product:
    glaze = AttributeFactory.create(code="glaze", type="choice", options=["matt", "clear"])
    kind = ProductTypeFactory.create(attributes=[glaze])
    other = ProductFactory.create()
    listed = PriceListFactory.create()
    RelationKind.objects.get_or_create(code="spare", defaults={"name": "Spare"})
    return ProductFactory.create(
        name="Mug",
        slug="mug",
        brand=BrandFactory.create(),
        product_type=kind,
        attributes={"glaze": "matt"},
        categories=[CategoryFactory.create(), CategoryFactory.create()],
        tags=["gift"],
        metadata={"deep": [1.5, {"null": None}]},
        external_ids=[{"system": "erp", "id": "1"}],
        relations=[{"kind": "spare", "product": other.pk}],
        variants=[
            {
                "sku": "A",
                "options": {"Color": "Red"},
                "media": ["https://images.example/mug.png"],
                "prices": [
                    price("99999999999999.9999"),
                    price("7.5", "EUR"),
                    price("5", price_list=listed.code),
                ],
                "external_ids": [{"system": "erp", "id": "2"}],
            },
            {"sku": "B", "options": {"Color": "Blue"}, "prices": [price("3")]},
        ],
        media=[{"url": "https://images.example/mug.png", "alt": "A mug"}],
    )


def test_every_part_is_what_it_was_and_the_log_goes_on() -> None:
    product = rich_product()
    red, blue = product.variants.order_by("position")
    _empty(product, red.pk, blue.pk)
    assert facts(product, newest(product)) != facts(product, 1)
    revert(product, 1)
    last = newest(product)
    assert facts(product, last) == facts(product, 1)
    product.refresh_from_db()
    assert product.version == last
    assert Change.objects.get(aggregate_id=product.pk, version=last).event == "product.reverted"
    assert str(Price.objects.get(variant=red, currency="USD", price_list=None).amount) == (
        "99999999999999.9999"
    )
    ensure_whole(product)


def _empty(product: Product, red: Any, blue: Any) -> None:
    values: Any = {
        "name": "Cup",
        "slug": "cup",
        "brand": None,
        "product_type": None,
        "categories": [],
        "tags": [],
        "metadata": {},
        "external_ids": [],
        "relations": [],
        "media": [],
        "variants": [
            {"id": red, "sku": "B", "options": {"Color": "Blue"}, "prices": [price("1")]},
            {"id": blue, "sku": "A", "options": {"Color": "Red"}, "prices": []},
            {"sku": "C", "options": {"Color": "Teal"}},
        ],
    }
    services.update_product(
        product.pk,
        values=values,
        expected_version=None,
        may_publish=True,
        accept_loss=True,
        actor=SYSTEM,
    )


def test_a_deleted_product_comes_back_with_all_its_parts() -> None:
    product = rich_product()
    services.delete_product(product.pk, expected_version=None, actor=SYSTEM)
    revert(product, 1)
    assert facts(product, newest(product)) == facts(product, 1)
    assert (newest(product), product.variants.count()) == (3, 2)
    ensure_whole(product)


def test_a_product_in_parts_comes_back_whole() -> None:
    variants = [{"options": {"Size": str(n)}} for n in range(102)]
    product = ProductFactory.create(variants=variants)
    update(product, name="Other")
    update(product, name="Third")
    revert(product, 2)
    assert facts(product, newest(product)) == facts(product, 2)
    ensure_whole(product)


def test_an_old_slug_leads_to_the_product_and_the_restored_one_is_its_own() -> None:
    product = ProductFactory.create(slug="first")
    update(product, slug="second")
    revert(product, 1)
    assert Product.objects.get(pk=product.pk).slug == "first"
    with connection.cursor() as cursor:
        cursor.execute("SELECT slug FROM products_slugredirect")
        assert cursor.fetchall() == [("second",)]
    ensure_whole(product)


def test_whatever_is_in_the_way_is_named_at_once_and_nothing_changes() -> None:
    product = rich_product()
    brand = product.brand_id
    category = product.categories.order_by("memberships__position").first()
    red, blue = product.variants.order_by("position")
    _empty(product, red.pk, blue.pk)
    update(product, variants=[])
    thief = ProductFactory.create(
        slug="mug", variants=[{"sku": "A"}], external_ids=[{"system": "erp", "id": "1"}]
    )
    assert category is not None
    assert brand is not None
    delete_brand(brand, expected_version=None, actor=SYSTEM)
    delete_category(category.pk, expected_version=None, actor=SYSTEM)
    before = newest(product)
    with pytest.raises(RevertClashes) as refused:
        revert(product, 1)
    named = {(clash["pointer"], clash["code"]) for clash in refused.value.clashes}
    assert named == {
        ("/slug", "taken"),
        (f"/variants/{red.pk}/sku", "taken"),
        ("/external_ids/erp:1", "taken"),
        ("/brand_id", "gone"),
        ("/categories/0", "gone"),
    }
    assert {clash.get("holder") for clash in refused.value.clashes} == {str(thief.pk), None}
    assert newest(product) == before
    ensure_whole(product)


def test_values_that_their_type_no_longer_takes_are_refused() -> None:
    product = rich_product()
    update(product, attributes={})
    kind = ProductType.objects.get()
    update_product_type(
        kind.pk,
        values={"attributes": []},
        expected_version=None,
        accept_loss=True,
        actor=SYSTEM,
    )
    with pytest.raises(RevertClashes) as refused:
        revert(product, 1)
    assert [clash["pointer"] for clash in refused.value.clashes] == ["/attributes/glaze"]


def test_stale_unknown_and_still_used_are_told() -> None:
    product = ProductFactory.create()
    with pytest.raises(NotFound):
        revert(product, 2)
    update(product, name="B")
    with pytest.raises(StaleVersion):
        revert_product(product.pk, number=1, expected_version=1, actor=SYSTEM)
    update(product, variants=[{"options": {"Size": "1"}}])
    RelationKind.objects.get_or_create(code="spare", defaults={"name": "Spare"})
    variant = product.variants.get()
    ProductFactory.create(
        relations=[{"kind": "spare", "product": product.pk, "variant": variant.pk}]
    )
    with pytest.raises(StillInUse):
        revert(product, 1)


# --- Undo ---------------------------------------------------------------------------------------
def test_an_undone_request_leaves_the_catalog_as_it_was_and_can_be_done_again() -> None:
    changed, deleted = ProductFactory.create(name="A"), ProductFactory.create(name="B")
    update(changed, ASKED, name="A2")
    update(changed, ASKED, name="A3")
    services.delete_product(deleted.pk, expected_version=None, actor=ASKED)
    made = services.create_product(values={"name": "C"}, actor=ASKED)
    redo = Actor(user_id=None, label="ada", source="api", request_id="request-4712")
    done = undo_request("request-4711", skip_changed=False, actor=redo)
    assert set(done.products) == {changed.pk, deleted.pk, made}
    assert set(Product.objects.values_list("name", flat=True)) == {"A", "B"}
    for each in (changed, deleted):
        ensure_whole(each)
    undo_request("request-4712", skip_changed=False, actor=SYSTEM)
    assert set(Product.objects.values_list("name", flat=True)) == {"A3", "C"}


def test_products_that_were_changed_since_stop_an_undo_or_are_left_alone() -> None:
    one, two = ProductFactory.create(name="A"), ProductFactory.create(name="B")
    update(one, ASKED, name="A2")
    update(two, ASKED, name="B2")
    update(two, name="B3")
    with pytest.raises(ChangedSince) as refused:
        undo_request("request-4711", skip_changed=False, actor=SYSTEM)
    assert refused.value.keys == [two.pk]
    done = undo_request("request-4711", skip_changed=True, actor=SYSTEM)
    assert (done.products, done.skipped) == ([one.pk], [two.pk])
    assert list(Product.objects.order_by("name").values_list("name", flat=True)) == ["A", "B3"]
    with pytest.raises(NotFound):
        undo_request("request-4799", skip_changed=False, actor=SYSTEM)


def _of_a_file(old: Any) -> dict[str, Any]:
    """What an import makes by the way, changes and deletes, and what it makes of that."""
    attribute = create_attribute(
        values={"code": "glow", "name": "Glow", "type": "text"}, actor=ASKED
    )
    kind = create_product_type(
        values={"name": "Lamp", "attributes": [{"code": "glow"}]}, actor=ASKED
    )
    parent = create_category(values={"name": "Light"}, actor=ASKED)
    child = create_category(values={"name": "Lamps", "parent": parent.pk}, actor=ASKED)
    update_category(parent.pk, values={"position": 2}, expected_version=None, actor=ASKED)
    brands = ensure_brands(["Lumen", "Shared"], actor=ASKED)
    place = create_location(values={"code": "north", "name": "North"}, actor=ASKED)
    update_brand(old["brand"].pk, values={"name": "New"}, expected_version=None, actor=ASKED)
    delete_category(old["category"].pk, expected_version=None, actor=ASKED)
    product = services.create_product(
        values={
            "name": "C",
            "brand": brands["Lumen"],
            "categories": [child.pk],
            "product_type": kind.pk,
            "attributes": {"glow": "warm"},
        },
        actor=ASKED,
    )
    made = {"attribute": attribute.pk, "product_type": kind.pk, "location": place.pk}
    return made | {"product": product, "parent": parent.pk, "child": child.pk, **brands}


@pytest.mark.parametrize("is_large", [False, True])
def test_an_undo_takes_along_what_was_made_by_the_way_and_nothing_else_uses(
    is_large: bool, capsys: Any
) -> None:
    old = {"brand": BrandFactory.create(name="Old"), "category": CategoryFactory.create()}
    made = _of_a_file(old)
    user = ProductFactory.create(brand=Brand.objects.get(pk=made["Shared"]))
    if is_large:
        call_command("undo_request", "request-4711")
        told = capsys.readouterr()
        assert "Undid 1 products" in told.out
        assert "Undid 8 other things" in told.out
        assert f"left brand {made['Shared']}: Products have this brand" in told.err
    else:
        done = undo_request("request-4711", skip_changed=False, actor=SYSTEM)
        assert done.products == [made["product"]]
        assert len(done.nouns.undone) == 8
        assert [(left.aggregate, left.key) for left in done.nouns.left] == [
            ("brand", made["Shared"])
        ]
    assert set(Brand.objects.values_list("name", flat=True)) == {"Old", "Shared"}
    assert list(Category.objects.values_list("pk", flat=True)) == [old["category"].pk]
    assert not Attribute.objects.exists()
    assert not ProductType.objects.exists()
    assert not Location.objects.filter(code="north").exists()
    assert list(Product.objects.values_list("pk", flat=True)) == [user.pk]
    ensure_whole(user)


def test_an_undo_of_a_shop_s_shapes_alone_says_what_stays() -> None:
    attribute = create_attribute(
        values={"code": "glow", "name": "Glow", "type": "text"}, actor=ASKED
    )
    kind = ProductTypeFactory.create(attributes=[attribute])
    brand = BrandFactory.create()
    update_brand(brand.pk, values={"name": "B"}, expected_version=None, actor=ASKED)
    update_brand(brand.pk, values={"name": "C"}, expected_version=None, actor=SYSTEM)
    create_locale(values={"code": "de", "name": "German"}, actor=ASKED)
    done = undo_request("request-4711", skip_changed=False, actor=SYSTEM)
    assert done.nouns.undone == []
    assert {left.aggregate: left.reason for left in done.nouns.left} == {
        "brand": "It was changed since.",
        "attribute": f"Product types have it: {kind.slug}.",
        "locale": "Delete it by hand: whatever was printed for it goes with it.",
    }


def test_a_large_request_is_undone_in_parts_and_goes_on_where_it_stopped(
    monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.setattr(undoing, "MOST", 2)
    rows = [ProductFactory.create(name=f"A{n}") for n in range(5)]
    for row in rows:
        update(row, ASKED, name="B", slug=f"b-{row.pk}")
    with pytest.raises(InvalidValue, match="undo_request"):
        undo_request("request-4711", skip_changed=False, actor=SYSTEM)
    taken = ProductFactory.create(slug=rows[3].slug)
    with pytest.raises(CommandError, match="2 products are undone"):
        call_command("undo_request", "request-4711")

    def names() -> list[str]:
        products = Product.objects.exclude(pk=taken.pk).order_by("pk")
        return list(products.values_list("name", flat=True))

    assert names() == ["A0", "A1", "B", "B", "B"]  # a part is done or not
    update(taken, slug="another")
    call_command("undo_request", "request-4711")
    assert "Undid 3 products" in capsys.readouterr().out
    assert names() == ["A0", "A1", "A2", "A3", "A4"]
    call_command("undo_request", undoing.undo_id("request-4711"))
    assert set(names()) == {"B"}


# --- Retention ----------------------------------------------------------------------------------
@pytest.mark.quiet
@pytest.mark.django_db(transaction=True)
def test_what_is_forgotten_is_old_and_never_the_last_word(monkeypatch: Any) -> None:
    monkeypatch.setattr("products.changes.retention.AT_ONCE", 3)
    brand, product = BrandFactory.create(), ProductFactory.create(name="A")
    update(product, name="B")
    update_brand(brand.pk, values={"name": "X"}, expected_version=None, actor=SYSTEM)
    gone = ProductFactory.create()
    services.delete_product(gone.pk, expected_version=None, actor=SYSTEM)
    large = ProductFactory.create(variants=[{"options": {"Size": str(n)}} for n in range(101)])
    update(large, name="C")
    update(large, name="D")
    prices = PriceRecord.objects.count()
    settle()
    cutoff = timezone.now() + timedelta(seconds=1)
    assert forget_changes(cutoff) == 4
    kept = Change.objects.filter(aggregate__in=["brand", "product"]).order_by("sequence")
    assert [(row.aggregate_id, row.version) for row in kept] == [
        (product.pk, 2),
        (brand.pk, 2),
        (large.pk, 1),
        (large.pk, 2),
        (large.pk, 3),
    ]
    assert forget_changes(cutoff) == 0
    assert ChangeHorizon.objects.count() == 1
    assert PriceRecord.objects.count() == prices
    for each in (product, large):
        ensure_whole(each)
