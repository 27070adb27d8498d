"""A file on its way into the catalog: the job, its rows while it runs, and what is said of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog_project.models import TimestampedModel, uuid7


class ImportJob(TimestampedModel):
    """One file. What it has done is kept with each chunk of the work, so that it goes on from there
    whatever was killed meanwhile."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        PLANNING = "planning"
        PLANNED = "planned"
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Goal(models.TextChoices):
        """What it was asked for last: a job that is paused goes on with that."""

        PLAN = "plan"
        RUN = "run"

    class Phase(models.TextChoices):
        READING = "reading"  # the file into staged rows
        PLANNING = "planning"
        WRITING = "writing"
        RELATING = "relating"  # relations, once all products are there
        MISSING = "missing"  # products that the file does not name
        CLEANING = "cleaning"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    goal = models.CharField(max_length=4, choices=Goal, blank=True, default="")
    phase = models.CharField(max_length=10, choices=Phase, blank=True, default="")
    file_name = models.CharField(max_length=255)  # as whoever brought it calls it
    file_bytes = models.BigIntegerField(default=0)
    format = models.CharField(max_length=40)
    evidence = models.JSONField(default=dict)  # why it is thought to be of this format
    options = models.JSONField(default=dict)  # how the file is to be read
    policy = models.JSONField(default=dict)  # what to do with what is in it
    survey = models.JSONField(null=True)  # what one look through the whole file told
    rows_staged = models.PositiveIntegerField(default=0)
    is_staged = models.BooleanField(default=False)  # the file is not needed any more
    checkpoint = models.IntegerField(default=0)  # the last record of the phase that is done
    counts = models.JSONField(default=dict)  # of the goal, as far as it has come
    planned = models.JSONField(null=True)  # the counts of the last whole plan
    refused_lines = models.JSONField(default=list)  # [first, last] of the file's lines
    error = models.JSONField(null=True)  # why it failed
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=254, blank=True, default="")
    request_id = models.CharField(max_length=64)  # of all changes that it makes
    busy_seconds = models.FloatField(default=0)  # in this phase
    seen_at = models.DateTimeField(null=True)  # when its runner was last heard of
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["seen_at"],
                name="import_to_resume",
                condition=Q(state__in=["planning", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.state}"


class ImportRow(models.Model):
    """A record of the file, as its reader gave it. `record` is JSON text and no jsonb, which would
    forget the order of options."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    number = models.PositiveIntegerField()  # in the file, from 1
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    handle = models.TextField(blank=True)
    title = models.TextField(blank=True)
    names = ArrayField(models.TextField(), default=list)  # that no other record may have
    is_refused = models.BooleanField(default=False)
    has_relations = models.BooleanField(default=False)
    has_warnings = models.BooleanField(default=False)
    # Its attributes refer to products that were not there yet when it was written.
    is_deferred = models.BooleanField(default=False, db_default=False)
    record = models.TextField(blank=True)
    digest = models.BinaryField()  # of the record

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="import_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.handle}"


class ImportOutcome(models.Model):
    """What became of a record: in the plan, or in the catalog."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="outcomes", db_index=False
    )
    goal = models.CharField(max_length=4)
    number = models.PositiveIntegerField()
    first_line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)  # created, changed, unchanged, left, refused
    product_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "goal", "number"], name="import_outcome_once"),
        ]
        indexes = [
            models.Index(fields=["job", "goal", "product_id"], name="import_outcome_product")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"


class ImportRemark(models.Model):
    """A line of the report. Of each kind a bounded number is kept; all are counted."""

    class Kind(models.TextChoices):
        REFUSED = "refused"
        WARNING = "warning"
        CHANGE = "change"  # what would change of a product, or did

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="remarks")
    goal = models.CharField(max_length=4, blank=True)  # "": found while reading, so it is of both
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveIntegerField(null=True)  # of the record
    line = models.PositiveIntegerField(default=0)
    column = models.TextField(blank=True)
    code = models.CharField(max_length=60)
    message = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    handle = models.TextField(blank=True)
    details = models.JSONField(null=True)

    class Meta:
        ordering = ["line", "id"]
        indexes = [models.Index(fields=["job", "kind", "line", "id"], name="import_remarks")]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"


class ImportedRecord(models.Model):
    """What a source said of a product when it was last imported, and what that import left: the
    same words about a product that nobody touched since need no second look."""

    source = models.CharField(max_length=64)
    product_id = models.UUIDField()  # it may be gone: nobody who deletes one has to look here
    digest = models.BinaryField()  # of the record
    surroundings = models.BinaryField()  # of what else decides what it means: see importing.digests
    version = models.PositiveIntegerField()  # of the product, afterwards

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "product_id"], name="imported_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.product_id}"
