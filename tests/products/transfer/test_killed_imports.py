"""A41: whatever is killed in the middle of an import, it resumes to exactly the file's content."""

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from products.models import (
    Change,
    ImportJob,
    ImportOutcome,
    ImportRow,
    Price,
    Product,
    StockLevel,
    Variant,
)
from products.services.catalog_check import check_constraints, check_products, check_shared
from products.transfer.importing import staging, steps
from products.transfer.importing.foreground import go_on, import_file
from products.transfer.importing.jobs import create_import, start_import
from products.transfer.importing.policies import Policy, Reading
from products.transfer.importing.running import work_on
from products.transfer.reports import ImportReport
from tests.products.factories import SYSTEM
from tests.products.transfer.shop_files import HEADER, counts, lines, product, variant

pytestmark = pytest.mark.django_db(transaction=True)
COUNTED = (*HEADER, "Variant Inventory Tracker", "Variant Inventory Qty")


def shop(folder: Path, products: int) -> Path:
    """Every seventh product is refused; every third has two variants."""
    rows: list[dict[str, str]] = []
    for n in range(products):
        counted = {"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": str(n)}
        price = "x" if n % 7 == 6 else f"{n}.50"
        cells = {"option": "Size", "value": "S", "sku": f"S-{n}", "price": price}
        named = {"vendor": f"V{n % 5}", "type": f"T{n % 4}", "tags": f"t{n % 3}"}
        rows.append({**product(f"p-{n}", **cells, **named), **counted})
        if n % 3 == 0:
            rows.append(variant("M", f"p-{n}", sku=f"M-{n}"))
    path = folder / "shop.csv"
    path.write_text(lines(*rows, header=COUNTED))
    return path


def begun(path: Path, **policy: Any) -> UUID:
    job = create_import(
        path,
        file_name=path.name,
        reading=Reading(currency="USD"),
        policy=Policy(**policy),
        actor=SYSTEM,
    )
    start_import(job.pk, in_worker=False)
    return job.pk


def work_until(statement: int | str, job_id: UUID, kill: Callable[[], None]) -> bool:
    """Work on the job in a process of its own, in which `kill` is called at the statement of this
    number, or the first with these words. Answers whether it came to the end."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL
    child = os.fork()
    if child == 0:
        try:
            count = 0

            def watch(execute: Any, sql: Any, *arguments: Any) -> Any:
                nonlocal count
                count += 1
                if count == statement or (isinstance(statement, str) and statement in sql):
                    kill()
                return execute(sql, *arguments)

            with connection.execute_wrapper(watch):
                for _ in work_on(job_id):
                    pass
            os._exit(0)
        except BaseException:  # noqa: BLE001  # whatever it was, this process is to end here
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return status == 0


def kill_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kill_session() -> None:
    """As when the database is killed: the next statement finds nobody."""
    own = connection.connection.info.backend_pid
    import psycopg  # noqa: PLC0415  # in the child alone

    settings = connection.get_connection_params()
    names = ("dbname", "host", "port", "user", "password")
    with psycopg.connect(**{name: settings[name] for name in names if settings.get(name)}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [own])


def content() -> list[Any]:
    """All that the file is about, without ids and instants."""
    return [
        list(Product.objects.order_by("slug").values_list(*PRODUCT)),
        list(Variant.objects.order_by("sku").values_list("sku", "options", "product__slug")),
        list(Price.objects.order_by("variant__sku").values_list("variant__sku", "amount")),
        list(StockLevel.objects.order_by("variant__sku").values_list("variant__sku", "quantity")),
    ]


PRODUCT = ("slug", "name", "brand__name", "categories__name", "tags", "version")


def ensure_exactly(report: ImportReport, products: int) -> None:
    refused = products // 7
    made = {"created": products - refused, "refused": refused}
    assert counts(report) == {name: count for name, count in made.items() if count}
    remarks = [remark.line for remark in report.refusals]
    assert (len(set(remarks)), report.job.state) == (refused, "done")
    events = Change.objects.filter(aggregate="product").values_list("event", "version")
    assert set(events) == {("product.created", 1)}
    assert Product.objects.count() == events.count() == products - refused
    assert not ImportRow.objects.exists()
    assert not ImportOutcome.objects.exists()


def ensure_whole() -> None:
    keys = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    assert [*check_products(keys), *check_shared(), *check_constraints()] == []


def small_steps(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(steps, "CHUNK", 8)
    patch.setattr(staging, "PART", 8)


def test_whatever_is_killed_the_import_ends_with_the_files_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_steps(monkeypatch)
    chance = random.Random(41)
    path = shop(tmp_path, 40)
    job_id = begun(path)
    # While it is read, and while it is written; each kind of kill.
    for kill, statement in (
        (kill_process, chance.randrange(6, 40)),
        (kill_session, chance.randrange(90, 200)),
        (kill_process, chance.randrange(60, 200)),
    ):
        assert not work_until(statement, job_id, kill)
        assert ImportJob.objects.get(pk=job_id).state == "running"
    ensure_exactly(ImportReport(go_on(job_id)), 40)
    ensure_whole()
    before = content()
    again = import_file(path, reading=Reading(currency="USD"), policy=Policy(), actor=SYSTEM)
    assert counts(ImportReport(again)) == {"unchanged": 35, "refused": 5}
    assert content() == before


def test_all_or_nothing_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_steps(monkeypatch)
    job_id = begun(shop(tmp_path, 6), refusals="all_or_nothing")
    assert not work_until("products_searchentry", job_id, kill_process)
    assert not Product.objects.exists()
    ensure_exactly(ImportReport(go_on(job_id)), 6)


@pytest.mark.soak
def test_twenty_kills_of_a_large_import(tmp_path: Path) -> None:
    path = shop(tmp_path, 20_000)
    chance = random.Random(4120)
    job_id = begun(path)
    done = False
    kills = 0
    while kills < 20 and not done:
        kill = chance.choice((kill_process, kill_session))
        done = work_until(chance.randrange(5, 700), job_id, kill)
        kills += not done
    report = ImportReport(ImportJob.objects.get(pk=job_id) if done else go_on(job_id))
    ensure_exactly(report, 20_000)
    ensure_whole()
