"""Live products that the file does not name: left alone, told, or archived."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from accounts.actors import Actor
from products.models import ImportJob, ImportRemark, Product
from products.services.bulk_items import Refusals
from products.services.product_batches import write_products
from products.services.product_drafts import ProductWrite
from products.services.unit_of_work import unit_of_work
from products.transfer.importing.digests import source_of
from products.transfer.importing.policies import Policy
from products.transfer.importing.remarks import keep_remarks
from products.transfer.records import Remark

CHUNK = 500

_MISSING = """
    SELECT p.id, p.slug, p.name FROM products_product p
     WHERE p.status <> 'archived' AND (%(after)s::uuid IS NULL OR p.id > %(after)s)
       AND (%(all)s OR EXISTS (
           SELECT FROM products_importedrecord r
            WHERE r.source = %(source)s AND r.product_id = p.id))
       AND NOT EXISTS (
           SELECT FROM products_importoutcome o
            WHERE o.job_id = %(job)s AND o.goal = %(goal)s AND o.product_id = p.id)
       AND NOT EXISTS (
           SELECT FROM products_importrow row
            WHERE row.job_id = %(job)s AND row.is_refused AND row.handle = p.slug)
       AND NOT EXISTS (
           SELECT FROM products_importrow row
             JOIN products_slugredirect old
               ON old.noun = 'product' AND old.locale_id IS NULL AND old.slug = row.handle
            WHERE row.job_id = %(job)s AND row.is_refused AND old.target_id = p.id)
     ORDER BY p.id LIMIT %(limit)s
"""
_NAMELESS = """
    SELECT EXISTS (
        SELECT FROM products_importoutcome o
          JOIN products_importrow row ON row.job_id = o.job_id AND row.number = o.number
         WHERE o.job_id = %s AND o.goal = %s AND o.outcome = 'refused' AND o.product_id IS NULL
           AND NOT EXISTS (SELECT FROM products_product p WHERE p.slug = row.handle)
           AND NOT EXISTS (SELECT FROM products_slugredirect old
                            WHERE old.noun = 'product' AND old.slug = row.handle))
"""


def names_all(job: ImportJob) -> bool:
    """Whether it is known of all records that were refused which product they are about."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMELESS, [job.pk, job.goal])
        return not cursor.fetchone()[0]


def next_missing(job: ImportJob, after: UUID | None) -> list[tuple[UUID, str, str]]:
    policy = Policy.of(job.policy)
    with connection.cursor() as cursor:
        cursor.execute(
            _MISSING,
            {
                "job": job.pk,
                "goal": job.goal,
                "all": policy.missing_of == "all",
                "source": source_of(policy, job.format),
                "after": after,
                "limit": CHUNK,
            },
        )
        return list(cursor.fetchall())


def settle_missing(
    job: ImportJob, products: Sequence[tuple[UUID, str, str]], *, archives: bool, actor: Actor
) -> None:
    """In the caller's turn."""
    job.counts["missing"] = job.counts.get("missing", 0) + len(products)
    said = "It is archived." if archives else "It stays as it is."
    remarks = [
        (None, Remark("missing", 0, f"{name[:80]!r} is not in the file. {said}", handle=slug))
        for _, slug, name in products
    ]
    keep_remarks(job, ImportRemark.Kind.WARNING, remarks)
    if not archives:
        return
    refusals = Refusals()
    with unit_of_work(actor) as work:
        drafts = write_products(
            work,
            [
                ProductWrite(
                    product_id=key,
                    values={"status": Product.Status.ARCHIVED},
                    event="archived",
                )
                for key, _, _ in products
            ],
            may_publish=True,
            refusals=refusals,
            is_whole=False,
        )
    job.counts["archived"] = job.counts.get("archived", 0) + len(drafts)
