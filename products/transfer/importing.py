"""A file into the catalog: survey -> records -> chunks -> report.

Readers know files, services know rules; this module only carries records from one to the other
and answers for line numbers. Each chunk is one transaction: what a stopped import has written
stays, and running it again writes the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction

from accounts.actors import Actor
from catalog_project.errors import DomainError
from products.errors import SameProduct
from products.services.brands import ensure_brands
from products.services.bulk import bulk_transaction, keep_plans_fresh
from products.services.categories import ensure_category_paths
from products.services.imports import Outcome, upsert_products
from products.services.locations import counting_location
from products.services.merging import ProductUpsert
from products.services.values import CostValues, MediaValues, ProductValues
from products.transfer.formats import FORMATS
from products.transfer.opening import opened
from products.transfer.records import ProductRecord, Reader, Remark
from products.transfer.reports import ImportReport
from products.transfer.sources import ReadOptions

CHUNK = 500  # products per transaction
# Last part of an error's pointer -> the reader's name of the column.
NAMES = {"name": "title", "slug": "handle", "options": "option1_value", "amount": "price"}
Progress = Callable[[Iterator[int], int], None]  # steps and their total; must use up the steps


@dataclass(frozen=True, slots=True)
class Policy:
    is_dry_run: bool = False  # do everything, then roll it back
    is_all_or_nothing: bool = False  # one transaction; any refusal rolls it back
    location: str | None = None  # the code of where the file's quantities lie


def import_file(
    path: Path,
    *,
    file_format: str,
    currency: str,
    policy: Policy,
    actor: Actor,
    progress: Progress,
) -> ImportReport:
    """Raises FileRefused when the file as a whole cannot be read, and NotFound or InvalidValue
    when it is not clear where its stock lies; then nothing was written."""
    report = ImportReport(str(path), file_format, policy.is_dry_run)
    with opened(path) as bundle:
        reader = FORMATS[file_format].open(bundle, ReadOptions(currency))
        survey = reader.survey()
        report.rows = survey.rows
        report.columns_left_out = list(survey.columns_left_out)
        for remark in survey.remarks:
            report.warn(remark)
        if survey.counts_stock:
            report.location = counting_location(policy.location)
        run = _Import(reader, report, policy, actor)
        with _whole(policy):
            progress(run.chunks(), survey.products)
            if policy.is_all_or_nothing and report.products["refused"]:
                transaction.set_rollback(True)
                report.roll_back()
    return report


def _whole(policy: Policy) -> AbstractContextManager[None]:
    return bulk_transaction() if policy.is_all_or_nothing else nullcontext()


class _Import:
    def __init__(self, reader: Reader, report: ImportReport, policy: Policy, actor: Actor) -> None:
        self._reader = reader
        self._report = report
        self._policy = policy
        self._actor = actor
        self._sku_lines: dict[str, int] = {}
        self._product_lines: dict[UUID, int] = {}
        self._growing_chunks = 0

    def chunks(self) -> Iterator[int]:
        """Write a chunk at a time; yields how many products each had."""
        chunk: list[ProductRecord] = []
        told = 0
        for step, record in enumerate(self._reader.records(), start=1):
            if isinstance(record, Remark):
                self._report.refuse(record)
            elif remark := self._repeated_sku(record):
                self._report.refuse(remark)
            else:
                chunk.append(record)
            if len(chunk) == CHUNK:
                self._write_chunk(chunk)
                yield step - told
                told = step
        self._write_chunk(chunk)
        yield sum(self._report.products.values()) - told

    def _write_chunk(self, chunk: list[ProductRecord]) -> None:
        created = self._report.products["created"]
        self._write(chunk)
        if self._report.products["created"] > created:
            self._growing_chunks += 1
            keep_plans_fresh(self._growing_chunks)
        chunk.clear()

    def _repeated_sku(self, record: ProductRecord) -> Remark | None:
        """Two products of one file with one SKU: the first keeps it."""
        if record.values.get("status") == "archived":
            return None
        skus = {sku: v.line for v in reversed(record.variants) if (sku := v.values.get("sku"))}
        own: set[str] = set()
        for variant in record.variants:
            sku = variant.values.get("sku")
            if not sku:
                continue
            earlier = skus[sku] if sku in own else self._sku_lines.get(sku)
            own.add(sku)
            if earlier is not None:
                return Remark(
                    "sku-taken",
                    variant.line,
                    f"Line {earlier} has the SKU {sku!r} already.",
                    "Give each variant its own SKU, or none.",
                    record.columns.get("sku", ""),
                    record.slug or "",
                )
        self._sku_lines.update(skus)
        return None

    def _write(self, chunk: Sequence[ProductRecord]) -> None:
        """Where only the database sees which rule is broken, halve the chunk until it is alone."""
        if not chunk:
            return
        try:
            outcomes = self._upsert(chunk)
        except DomainError as error:
            if len(chunk) == 1:
                outcomes = [Outcome("refused", error=error)]
            else:
                middle = len(chunk) // 2
                self._write(chunk[:middle])
                self._write(chunk[middle:])
                return
        for record, outcome in zip(chunk, outcomes, strict=True):
            self._tell(record, outcome)

    def _upsert(self, chunk: Sequence[ProductRecord]) -> list[Outcome]:
        with bulk_transaction():
            brands = ensure_brands({r.brand for r in chunk if r.brand}, actor=self._actor)
            categories = ensure_category_paths(
                {r.category for r in chunk if r.category}, actor=self._actor
            )
            outcomes = upsert_products(
                [
                    ProductUpsert(
                        _values(
                            record,
                            brand=brands[record.brand] if record.brand else None,
                            category=categories.get(record.category),
                        ),
                        variant_costs=_costs(record),
                        variant_stock=_stock(record),
                    )
                    for record in chunk
                ],
                location=self._report.location,
                written=self._product_lines.keys(),
                actor=self._actor,
            )
            if self._policy.is_dry_run:
                transaction.set_rollback(True)
        return outcomes

    def _tell(self, record: ProductRecord, outcome: Outcome) -> None:
        if isinstance(outcome.error, SameProduct):
            earlier = self._product_lines[outcome.error.product_id]
            self._report.refuse(_same_product(record, earlier))
            return
        if outcome.error is not None:
            self._report.refuse(_remark(record, outcome.error))
            return
        if outcome.product_id is not None:
            self._product_lines[outcome.product_id] = record.first_line
        self._report.count(outcome.status)
        self._report.stock_changed += outcome.stock_changed
        for warning in record.warnings:
            self._report.warn(warning)


def _values(record: ProductRecord, *, brand: UUID | None, category: UUID | None) -> ProductValues:
    values: ProductValues = {**record.values}
    if record.slug is not None:
        values["slug"] = record.slug
    if brand is not None:
        values["brand"] = brand
    if category is not None:
        values["categories"] = [category]
    values["variants"] = [variant.values for variant in record.variants]
    media: list[MediaValues] = []
    for position, picture in enumerate(record.media):
        item: MediaValues = {"url": picture.url}
        if picture.alt is not None:
            item["alt"] = picture.alt
        if picture.position is not None:
            item["position"] = position
        media.append(item)
    values["media"] = media
    return values


def _costs(record: ProductRecord) -> dict[int, CostValues]:
    return {
        n: {"currency": variant.cost[0], "amount": variant.cost[1]}
        for n, variant in enumerate(record.variants)
        if variant.cost
    }


def _stock(record: ProductRecord) -> dict[int, int]:
    counted = ((n, variant.quantity) for n, variant in enumerate(record.variants))
    return {n: quantity for n, quantity in counted if quantity is not None}


def _remark(record: ProductRecord, error: DomainError) -> Remark:
    """The rule that said no, at the line and column that it is about."""
    parts = (error.pointer or "").strip("/").split("/")
    line = record.first_line
    if len(parts) > 1 and parts[0] == "variants" and parts[1].isdigit():
        variant = record.variants[int(parts[1])]
        line = variant.line
        if parts[2:] == ["sku"] and "sku" not in variant.values:
            return _nameless_variant(record, line)
    column = record.columns.get(NAMES.get(parts[-1], parts[-1]), "")
    return Remark(error.code, line, str(error), "", column, record.slug or "")


def _same_product(record: ProductRecord, earlier: int) -> Remark:
    """Another handle, but by an old slug or an external id the same product."""
    return Remark(
        "same-product",
        record.first_line,
        f"Line {earlier} is about the same product of the catalog already.",
        "Bring the lines together under one handle.",
        record.columns.get("handle", ""),
        record.slug or "",
    )


def _nameless_variant(record: ProductRecord, line: int) -> Remark:
    """The catalog's product has variants to choose from, and the line does not choose."""
    return Remark(
        "nameless-variant",
        line,
        "The line does not say which variant of the product it is about.",
        "Give its SKU or its options.",
        record.columns.get("sku", ""),
        record.slug or "",
    )
