"""Plans, policies, warnings, and all that a record may hold."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from products.errors import ImportState
from products.models import (
    Attribute,
    Brand,
    Category,
    Collection,
    ImportJob,
    ImportRemark,
    Listing,
    Price,
    Product,
    ProductType,
    Relation,
    RelationKind,
    StockLevel,
    Variant,
)
from products.services.attributes import update_attribute
from products.services.brands import update_brand
from products.services.catalog_check import check_constraints, check_products, check_shared
from products.services.categories import update_category
from products.services.collection_members import remove_product
from products.services.costs import set_costs
from products.services.products import archive_product, update_product
from products.services.stock import StockItem, set_stock
from products.transfer.importing.jobs import (
    cancel_import,
    import_of,
    pause_import,
    plan_import,
    progress_of,
    resume_import,
    start_import,
)
from products.transfer.records import (
    AttributeCell,
    CategoryRecord,
    Definitions,
    MediaRecord,
    ProductRecord,
    RelationRecord,
    Remark,
    Text,
    VariantRecord,
)
from tests.products.factories import SYSTEM, ProductFactory
from tests.products.transfer.records import Importer, record
from tests.products.transfer.shop_files import counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importer:
    return Importer(tmp_path, monkeypatch)


def ensure_whole() -> None:
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    assert [*check_products(keys), *check_shared(), *check_constraints()] == []


def cell(code: str, text: str, unit: str = "", **more: Any) -> AttributeCell:
    return AttributeCell(code, Text(text, unit), **more)


DEFINITIONS = Definitions(
    locales=[{"code": "de", "name": "Deutsch"}],
    channels=[{"slug": "b2b", "name": "B2B", "locales": ["en", "de"]}],
    price_lists=[{"code": "club", "name": "Club", "currency": "EUR"}],
    tax_classes=[{"code": "food", "name": "Food"}],
    attributes=[
        {"code": "power", "name": "Power", "type": "measurement", "dimension": "power"},
        {"code": "boxed", "name": "Boxed", "type": "boolean"},
        {"code": "since", "name": "Since", "type": "date"},
        {"code": "note", "name": "Note", "type": "text", "is_localizable": True},
        {"code": "rank", "name": "Rank", "type": "integer", "is_per_channel": True},
        {
            "code": "colour",
            "name": "Colour",
            "type": "choice",
            "options": [{"code": "red", "label": "Rot"}, {"code": "blue", "label": "Blau"}],
        },
        {
            "code": "uses",
            "name": "Uses",
            "type": "multi_choice",
            "options": [{"code": "in", "label": "Indoor"}, {"code": "out", "label": "Outdoor"}],
        },
    ],
    product_types=[
        {
            "slug": "lamp",
            "name": "Lamp",
            "attributes": [
                {"code": "power"},
                {"code": "boxed"},
                {"code": "since"},
                {"code": "note"},
                {"code": "rank"},
                {"code": "uses"},
                {"code": "colour", "is_variant": True},
            ],
        }
    ],
    categories=[CategoryRecord(("Home", "Light"), slug="licht", description="Lamps.")],
    locations={"berlin": "Berlin", "rome": "Rome"},
)


def lamp() -> ProductRecord:
    end = datetime(2031, 1, 1, tzinfo=UTC)
    prices: Any = [
        {"currency": "EUR", "amount": Decimal("19.9")},
        {"currency": "EUR", "amount": Decimal(18), "min_quantity": 10},
        {"currency": "EUR", "amount": Decimal(17), "price_list": "club"},
        {"currency": "EUR", "amount": Decimal(15), "valid_until": end},
    ]
    variant = VariantRecord(
        2,
        {"sku": "L-1", "options": {"Size": "S"}, "prices": prices, "tax_class": "food"},
        cost=("EUR", Decimal("7.5")),
        stock={"berlin": 3, "rome": 4},
        attributes=[cell("colour", "Rot")],
    )
    return ProductRecord(
        slug="lamp",
        first_line=2,
        last_line=2,
        values={
            "name": "Lamp",
            "status": "published",
            "tax_class": "food",
            "translations": {"de": {"name": "Lampe"}},
            "external_ids": [{"system": "erp", "id": "7"}],
        },
        brand="Lux",
        category=("Home", "Light"),
        categories=[("Sale",)],
        collections=["New"],
        product_type="lamp",
        attributes=[
            cell("power", "9.50", "WATT"),
            cell("boxed", "yes"),
            cell("since", "2020-05-01T00:00:00+0000"),
            cell("note", "good"),
            cell("note", "gut", locale="de"),
            cell("rank", "4", channel="b2b"),
            cell("uses", "Indoor, Outdoor"),
        ],
        listings=[{"channel": "b2b", "is_listed": False}],
        relations=[RelationRecord(2, "cross_sell", slug="bulb")],
        variants=[variant],
        media=[
            MediaRecord(2, "https://x.example/m.jpg", alt="Front", translations=GERMAN, position=1)
        ],
    )


GERMAN = {"de": {"alt": "Vorne"}}


def bulb() -> ProductRecord:
    return record({"slug": "bulb", "name": "Bulb"}, line=3)


def kind() -> str:
    return RelationKind.objects.values_list("code", flat=True).order_by("code")[0]


def test_all_of_a_record_arrives_and_a_second_time_changes_nothing(bring: Importer) -> None:
    first = lamp()
    first.relations[0].kind = kind()
    plan = bring(first, bulb(), definitions=DEFINITIONS, is_dry_run=True)
    assert (counts(plan), plan.refusals) == ({"created": 2}, [])
    assert plan.job.counts["to_make"] == MADE
    assert not Product.objects.exists()
    assert not Attribute.objects.exists()
    report = bring(lamp_with(first), bulb(), definitions=DEFINITIONS)
    assert (counts(report), report.warnings, report.refusals) == ({"created": 2}, [], [])
    assert report.job.counts["made"] == MADE
    product = Product.objects.get(slug="lamp")
    assert product.attributes == {
        "power": {"value": "9.5", "unit": "W"},
        "boxed": True,
        "since": "2020-05-01",
        "note": {"en": "good", "de": "gut"},
        "rank": {"b2b": 4},
        "uses": ["in", "out"],
    }
    assert product.product_type == ProductType.objects.get()
    assert product.translations == {"de": {"name": "Lampe"}}
    names = product.categories.order_by("memberships__position").values_list("slug", flat=True)
    assert list(names) == ["licht", "sale"]
    assert Collection.objects.get().members.get().product == product
    assert not Listing.objects.get(product=product, channel__slug="b2b").is_listed
    assert Relation.objects.get().target.slug == "bulb"
    variant = Variant.objects.get(sku="L-1")
    assert variant.attributes == {"colour": "red"}
    assert variant.tax_class is not None
    places = Price.objects.order_by("amount").values_list("amount", "price_list__code")
    assert list(places) == [(15, None), (17, "club"), (18, None), (Decimal("19.9"), None)]
    assert set(StockLevel.objects.values_list("location__code", "quantity")) == {
        ("berlin", 3),
        ("rome", 4),
    }
    assert variant.costs.get().amount == Decimal("7.5")
    assert product.media.get().translations == GERMAN
    ensure_whole()
    versions = list(Product.objects.order_by("slug").values_list("slug", "version"))
    again = bring(lamp_with(first), bulb(), definitions=DEFINITIONS)
    assert (counts(again), again.job.counts.get("related")) == ({"unchanged": 2}, None)
    assert again.stock_changed == 0
    assert again.job.counts["made"] == {}
    assert list(Product.objects.order_by("slug").values_list("slug", "version")) == versions


MADE = {
    "locales": 1,
    "channels": 1,
    "price_lists": 1,
    "tax_classes": 1,
    "locations": 2,
    "attributes": 7,
    "product_types": 1,
}


def lamp_with(first: ProductRecord) -> ProductRecord:
    again = lamp()
    again.relations[0].kind = first.relations[0].kind
    return again


def test_a_plan_tells_each_difference_and_writes_nothing(bring: Importer) -> None:
    ProductFactory.create(
        slug="mug",
        name="Mug",
        variants=[{"sku": "M-1", "prices": [{"currency": "EUR", "amount": Decimal(8)}]}],
    )
    stool = ProductFactory.create(slug="stool", name="Stool", variants=[])
    changed = record(
        {
            "slug": "mug",
            "name": "Big mug",
            "variants": [
                {"sku": "M-1", "prices": [{"currency": "EUR", "amount": Decimal(9)}]},
            ],
        },
        line=2,
    )
    refused = Remark("invalid-amount", 4, "'x' is no amount.", "Write 1.0.", "Price", "cup")
    plan = bring(changed, record({"slug": "stool"}, 3), refused, bulb(), is_dry_run=True)
    assert counts(plan) == {"created": 1, "changed": 1, "unchanged": 1, "refused": 1}
    (change,) = plan.changes
    assert (change["handle"], change["line"]) == ("mug", 2)
    assert change["differences"] == [
        {"field": "name", "before": "Mug", "after": "Big mug"},
        {"field": "variants.M-1.price EUR", "before": "8.0000", "after": "9"},
    ]
    assert plan.refusals == [refused]
    assert plan.job.state == "planned"
    assert plan.job.planned == plan.job.counts
    assert Product.objects.get(slug="mug").version == 1
    assert set(Product.objects.values_list("slug", flat=True)) == {"mug", stool.slug}
    start_import(plan.job.pk, in_worker=False)


@pytest.mark.parametrize(
    ("policy", "names", "told"),
    [
        ({"writes": "create"}, {"mug": "Mug", "bulb": "Bulb"}, {"created": 1, "unchanged": 1}),
        ({"writes": "update"}, {"mug": "New"}, {"changed": 1, "unchanged": 1}),
        ({"writes": "both"}, {"mug": "New", "bulb": "Bulb"}, {"created": 1, "changed": 1}),
    ],
)
def test_what_is_there_or_new_can_be_left_alone(
    bring: Importer, policy: dict[str, Any], names: dict[str, str], told: dict[str, int]
) -> None:
    ProductFactory.create(slug="mug", name="Mug", variants=[])
    report = bring(record({"slug": "mug", "name": "New"}), bulb(), **policy)
    assert counts(report) == told
    assert dict(Product.objects.values_list("slug", "name")) == names


def test_what_the_file_does_not_name_is_left_told_or_archived(bring: Importer) -> None:
    ours = ProductFactory.create(slug="ours", variants=[])
    bring(record({"slug": "mug", "name": "Mug"}), bulb())
    assert bring(bulb(), missing="leave").job.counts.get("missing") is None
    plan = bring(bulb(), missing="archive", is_dry_run=True)
    assert [(each.code, each.handle) for each in plan.warnings] == [("missing", "mug")]
    assert bring(bulb(), missing="report", missing_of="all").job.counts["missing"] == 2
    live = Product.objects.exclude(status="archived")
    assert live.count() == 3
    nameless = Remark("handle-missing", 3, "The line names no product.")
    assert bring(bulb(), nameless, missing="archive").job.counts.get("archived") is None
    assert live.count() == 3, "the line may have been about any of them"
    update_product(
        Product.objects.get(slug="mug").pk, values={"slug": "cup"}, may_publish=True, **ANY
    )
    wrong = record({"slug": "mug", "name": "x" * 600})
    unread = Remark("invalid-amount", 4, "No amount.", handle="mug")
    for refused in (wrong, unread):
        report = bring(bulb(), refused, missing="archive")
        assert report.job.counts.get("missing") is None, "it is in the file, by its old name"
    report = bring(bulb(), missing="archive")
    assert (report.job.counts["missing"], report.job.counts["archived"]) == (1, 1)
    assert set(live.values_list("slug", flat=True)) == {"bulb", ours.slug}
    ensure_whole()


def test_what_may_be_a_mistake_is_a_warning(bring: Importer) -> None:
    def mug(amount: str, **more: Any) -> ProductRecord:
        prices = [{"currency": "EUR", "amount": Decimal(amount)}]
        return record({"slug": "mug", "name": "Mug", "variants": [{"prices": prices, **more}]})

    report = bring(mug("8.5", sku="9.78E+12", gtin="4006381333930"), bulb())
    twin = bring(record({"slug": "mug-2", "name": "Bulb"}), bulb(), is_dry_run=True)
    assert {each.code for each in report.warnings} == {"damaged-number", "invalid-gtin"}
    assert Variant.objects.get(sku="9.78E+12").metadata == {"invalid_gtin": "4006381333930"}
    assert [each.code for each in twin.warnings] == ["title-twice"]
    for amount, codes in (("849", []), ("850", ["price-jump"]), ("0.085", ["price-jump"])):
        plan = bring(mug(amount), is_dry_run=True)
        assert [each.code for each in plan.warnings] == codes
    assert "from 8.5 to 0.085 EUR" in plan.warnings[0].message


def test_a_wrong_value_of_an_attribute_is_refused_at_its_cell(bring: Importer) -> None:
    wrong = [
        ("power", Text("much"), "does not begin with a number"),
        ("power", Text("5", "lightyear"), "Units of power"),
        ("boxed", Text("perhaps"), "neither yes nor no"),
        ("since", Text("yesterday"), "Give a day"),
        ("rank", Text("4.5"), "no whole number"),
        ("uses", Text("Indoor; Sea"), "There is no option 'Sea'"),
        ("weight", Text("1"), "has no attribute 'weight'"),
    ]
    records = [
        record(
            {"slug": f"p-{n}", "name": "P"},
            line=n + 2,
            product_type="lamp",
            attributes=[AttributeCell(code, value, line=n + 2, column=code.upper())],
        )
        for n, (code, value, _) in enumerate(wrong)
    ]
    for is_dry_run in (True, False):
        report = bring(*records, definitions=DEFINITIONS, is_dry_run=is_dry_run)
        assert counts(report) == {"refused": len(wrong)}
        for (code, _, said), remark in zip(wrong, report.refusals, strict=True):
            assert (remark.code, remark.column) == ("attributes-refused", code.upper())
            assert said in remark.message


def test_definitions_add_what_is_lacking_and_change_nothing_else(bring: Importer) -> None:
    bring(bulb(), definitions=DEFINITIONS)
    colour = Attribute.objects.get(code="colour")
    Attribute.objects.filter(pk=colour.pk).update(name="Ours")
    more = Definitions(
        attributes=[
            {"code": "colour", "name": "Theirs", "type": "choice", "options": [{"code": "green"}]},
            {"code": "glow", "name": "Glow", "type": "text"},
        ],
        product_types=[{"slug": "lamp", "name": "Theirs", "attributes": [{"code": "glow"}]}],
    )
    report = bring(bulb(), definitions=more)
    assert report.job.counts["made"] == {"attributes": 2, "product_types": 1}
    colour.refresh_from_db()
    assert (colour.name, [each.code for each in colour.options.all()]) == (
        "Ours",
        ["red", "blue", "green"],
    )
    kind_of = ProductType.objects.get()
    assert kind_of.name == "Lamp"
    assert kind_of.assignments.count() == 8


def test_a_relation_to_nobody_is_a_warning_and_the_product_is_there(bring: Importer) -> None:
    first = bulb()
    first.relations = [RelationRecord(3, kind(), slug="nobody")]
    report = bring(first)
    assert [(each.code, each.line) for each in report.warnings] == [("relation-unknown", 3)]
    assert counts(report) == {"created": 1}


def test_two_records_that_want_one_name_are_one_and_a_refusal(bring: Importer) -> None:
    def named(slug: str, sku: str, line: int) -> ProductRecord:
        return record({"slug": slug, "name": slug, "variants": [{"sku": sku}]}, line)

    report = bring(named("a", "1", 2), named("b", "1", 3), named("a", "2", 4), named("c", "3", 5))
    assert counts(report) == {"created": 2, "refused": 2}
    assert [(each.code, each.line) for each in report.refusals] == [
        ("sku-taken", 3),
        ("handle-taken", 4),
    ]


def test_our_own_ids_are_kept_unless_they_were_used(bring: Importer) -> None:
    key, variant = Product().pk, Variant().pk
    own = record({"slug": "own", "name": "Own", "variants": [{"id": variant, "sku": "O"}]}, id=key)
    bring(own)
    assert Product.objects.get().pk == key
    assert Variant.objects.get().pk == variant
    moved = record({"slug": "moved", "variants": [{"id": variant, "sku": "N"}]}, id=key)
    assert counts(bring(moved)) == {"changed": 1}
    assert Product.objects.get().slug == "own", "a product that is there keeps its slug"
    assert Variant.objects.get().sku == "N"
    archive_product(key, expected_version=None, actor=SYSTEM)


def test_a_job_is_paused_resumed_and_cancelled(bring: Importer) -> None:
    job = bring(bulb(), is_dry_run=True).job
    with pytest.raises(ImportState, match="The import is planned"):
        pause_import(job.pk)
    plan_import(job.pk, in_worker=False)
    assert pause_import(job.pk).state == "paused"
    assert resume_import(job.pk, in_worker=False).state == "planning"
    assert progress_of(import_of(job.pk))["total"] == 1
    assert cancel_import(job.pk).state == "cancelled"
    with pytest.raises(ImportState):
        start_import(job.pk)
    assert not ImportRemark.objects.filter(job=job, kind="refused").exists()


def test_what_anybody_changed_since_is_looked_at_again(bring: Importer) -> None:
    """Nothing is skipped for its old words where they would mean or do something else now."""

    def lit() -> ProductRecord:
        one = lamp()
        one.relations = []
        return one

    bring(lit(), definitions=DEFINITIONS)
    product = Product.objects.get()
    level = StockLevel.objects.get(location__code="rome")
    brand = Brand.objects.get()
    home = Category.objects.get(name="Light")
    key = product.pk
    changes: list[tuple[Callable[[], object], str]] = [
        (lambda: update_product(key, values={"name": "X"}, may_publish=True, **ANY), "changed"),
        (lambda: set_stock([StockItem("rome", 9, sku="L-1")], actor=SYSTEM), "unchanged"),
        (lambda: update_brand(brand.pk, values={"name": "Lumen"}, **ANY), "changed"),
        (lambda: update_category(home.pk, values={"name": "Lights"}, **ANY), "changed"),
        (lambda: set_costs(key, Variant.objects.get().pk, costs=[], actor=SYSTEM), "unchanged"),
        (
            lambda: remove_product(
                Collection.objects.get().pk, product=key, expected_version=None, actor=SYSTEM
            ),
            "changed",
        ),
        (
            lambda: update_attribute(
                Attribute.objects.get(code="uses").pk,
                values={"options": [{"code": "out", "label": "Indoor, Outdoor"}]},
                accept_loss=True,
                **ANY,
            ),
            "unchanged",
        ),
    ]
    quick = ensure_skipped(bring, lit())
    for change, outcome in changes:
        change()
        with CaptureQueriesContext(connection) as slow:
            assert counts(bring(lit(), definitions=DEFINITIONS)) == {outcome: 1}
        assert len(slow) > quick + 5
        level.refresh_from_db()
        product.refresh_from_db()
        assert (level.quantity, product.name) == (4, "Lamp")
        assert product.brand is not None
        assert product.brand.name == "Lux"
        assert product.categories.filter(name="Light").exists()
        assert Variant.objects.get().costs.get().amount == Decimal("7.5")
        assert product.collected.count() == 1
    assert ensure_skipped(bring, lit()) == quick


@pytest.mark.parametrize(
    ("error", "state"), [(RuntimeError("a bug"), "failed"), (OperationalError("gone"), "running")]
)
def test_a_fault_of_the_program_ends_the_job_and_one_of_the_database_does_not(
    bring: Importer, monkeypatch: pytest.MonkeyPatch, error: Exception, state: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("products.transfer.importing.running.do_rows", fail)
    with pytest.raises(type(error)):
        bring(bulb())
    job = ImportJob.objects.get()
    assert job.state == state
    assert (job.error or {}).get("code") == ("internal-error" if state == "failed" else None)


def ensure_skipped(bring: Importer, said: ProductRecord) -> int:
    """How many statements that takes."""
    with CaptureQueriesContext(connection) as statements:
        assert counts(bring(said, definitions=DEFINITIONS)) == {"unchanged": 1}
    return len(statements)


ANY: Any = {"expected_version": None, "actor": SYSTEM}
