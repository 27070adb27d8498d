"""Relations of the file's products, once all of them are there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db.models import Q

from accounts.actors import Actor
from products.errors import ItemsRefused
from products.models import ImportJob, ImportOutcome, ImportRemark, ImportRow, Relation, Variant
from products.services.bulk_items import Bulk, BulkOutcome, Outcomes, Refusals
from products.services.identity import Naming, find_named, live_variants_by_sku
from products.services.product_batches import write_products
from products.services.product_drafts import ProductWrite
from products.services.unit_of_work import unit_of_work
from products.services.values import RelationValues
from products.transfer.importing.chunks import Chunk
from products.transfer.importing.codec import record_of
from products.transfer.importing.digests import follow_versions, source_of
from products.transfer.importing.policies import Policy
from products.transfer.importing.remarks import keep_remarks
from products.transfer.importing.steps import staged_of
from products.transfer.importing.telling import refusal_of
from products.transfer.records import ProductRecord, RelationRecord, Remark

CHUNK = 500
Wanted = tuple[UUID, list[RelationValues]]
WAS_THERE = ("created", "changed", "unchanged")


def next_related(job: ImportJob) -> list[ImportRow]:
    rows = ImportRow.objects.filter(job=job, number__gt=job.checkpoint, is_refused=False).filter(
        Q(has_relations=True) | Q(is_deferred=True)
    )
    return list(rows.order_by("number")[:CHUNK])


def relate_rows(job: ImportJob, rows: Sequence[ImportRow], *, actor: Actor) -> None:
    """In the caller's turn. What it names and nobody finds is a warning: the product is there."""
    outcomes = ImportOutcome.objects.filter(
        job=job, goal=job.goal, number__in=[row.number for row in rows], outcome__in=WAS_THERE
    )
    products = dict(outcomes.values_list("number", "product_id"))
    records = {row.number: record_of(row.record, {}) for row in rows if products.get(row.number)}
    warnings: list[tuple[int | None, Remark]] = []
    _complete(job, [row for row in rows if row.is_deferred], actor, warnings)
    wanted = _wanted(records, products, warnings)
    changed: list[UUID] = []
    bulk: Bulk[Wanted] = Bulk(partial(_relate, actor), lambda error, _: error, is_whole=False)
    done = bulk.write(wanted) if wanted else {}
    for number, outcome in done.items():
        if outcome.error is not None:
            record = records[number]
            remark = Remark(
                outcome.error.code,
                record.relations[0].line or record.first_line,
                f"Its relations were left out. {outcome.error}",
                "Mend them, and import the file again.",
                handle=record.slug or "",
            )
            warnings.append((number, remark))
        elif outcome.done == "changed":
            changed.append(wanted[number][0])
    if changed:
        job.counts["related"] = job.counts.get("related", 0) + len(changed)
    follow_versions(source_of(Policy.of(job.policy), job.format), changed)
    keep_remarks(job, ImportRemark.Kind.WARNING, warnings)
    job.checkpoint = rows[-1].number


def _complete(
    job: ImportJob,
    rows: Sequence[ImportRow],
    actor: Actor,
    warnings: list[tuple[int | None, Remark]],
) -> None:
    """Write the records once more whose attributes refer to products that came after them."""
    if not rows:
        return
    policy, survey = Policy.of(job.policy), job.survey or {}
    chunk = Chunk(
        policy,
        actor,
        survey.get("location"),
        lambda _: {},
        source=source_of(policy, job.format),
        is_last_pass=True,
    )
    staged = [staged_of(row, survey.get("columns", {})) for row in rows]
    outcomes = chunk.work(staged)
    for each in staged:
        if (error := outcomes[each.number].error) is not None:
            remark = refusal_of(each.record, error, chunk.lines)
            message = f"What it refers to was left out. {remark.message}"
            warnings.append((each.number, replace(remark, message=message)))


def _wanted(
    records: Mapping[int, ProductRecord],
    products: Mapping[int, UUID | None],
    warnings: list[tuple[int | None, Remark]],
) -> dict[int, Wanted]:
    """Per record its product and all relations that it shall have: those it has, and the new."""
    named = [(n, each) for n, record in records.items() for each in record.relations]
    targets = find_named([_naming(each) for _, each in named])
    variants = live_variants_by_sku({each.sku for _, each in named if each.sku})
    ids = {each.variant for _, each in named if each.variant}
    known = set(Variant.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    rows = Relation.objects.filter(product__in=[products[n] for n in records])
    before: dict[UUID, list[RelationValues]] = {}
    for row in rows.select_related("kind").order_by("product", "position", "id"):
        before.setdefault(row.product_id, []).append(
            {
                "kind": row.kind.code,
                "product": row.target_id,
                "variant": row.variant_id,
                "quantity": row.quantity,
            }
        )
    wanted: dict[int, Wanted] = {}
    for (number, relation), target in zip(named, targets, strict=True):
        owner = products[number]
        assert owner is not None
        if not isinstance(target, UUID) or target == owner:
            warnings.append((number, _no_target(records[number], relation)))
            continue
        item: RelationValues = {"kind": relation.kind, "product": target}
        item["variant"] = relation.variant if relation.variant in known else None
        if item["variant"] is None and relation.sku in variants:
            item["variant"] = variants[relation.sku][0]
        item["quantity"] = relation.quantity
        items = wanted.setdefault(number, (owner, list(before.get(owner, []))))[1]
        places = [(each["kind"], each["product"], each.get("variant")) for each in items]
        place = (item["kind"], item["product"], item["variant"])
        if place in places:
            items[places.index(place)] = item
        else:
            items.append(item)
    return wanted


def _naming(relation: RelationRecord) -> Naming:
    pairs = frozenset({relation.external_id} if relation.external_id else ())
    skus = frozenset({relation.sku} if relation.sku else ())
    return Naming(relation.product, pairs, relation.slug, skus)


def _no_target(record: ProductRecord, relation: RelationRecord) -> Remark:
    name = (
        relation.slug or relation.sku or ":".join(relation.external_id or (str(relation.product),))
    )
    return Remark(
        "relation-unknown",
        relation.line or record.first_line,
        f"It is related to {name!r}, which is no product of the catalog.",
        "Import that one, too, and this file again.",
        handle=record.slug or "",
    )


def _relate(actor: Actor, items: Mapping[int, Wanted]) -> Outcomes:
    numbers = list(items)
    refusals = Refusals()
    with unit_of_work(actor) as work:
        writes = [
            ProductWrite(product_id=key, values={"relations": relations})
            for key, relations in items.values()
        ]
        try:
            drafts = write_products(
                work, writes, may_publish=True, refusals=refusals, is_whole=False
            )
        except ItemsRefused as refused:
            named = {numbers[n]: error for n, error in refused.refused.items()}
            raise ItemsRefused(named) from None
    outcomes: Outcomes = {
        numbers[n]: BulkOutcome("refused", error=error) for n, error in refusals.errors.items()
    }
    for draft in drafts:
        done = "changed" if draft.is_changed else "unchanged"
        outcomes[numbers[draft.number]] = BulkOutcome(done, draft.key)  # type: ignore[arg-type]  # one of Done
    return outcomes
