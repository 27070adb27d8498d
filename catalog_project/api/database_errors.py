"""What the database says no to: the caller's fault, a conflict, or a time to come back."""

from django.db import DataError, Error, IntegrityError, InterfaceError, OperationalError
from psycopg import errors as pg

from catalog_project.api import problem_types as types
from catalog_project.api.problem_types import ProblemType

RETRY_AFTER = {
    types.DATABASE_UNAVAILABLE.code: "5",
    types.STATEMENT_TIMEOUT.code: "2",
    types.LOCK_TIMEOUT.code: "1",
    types.NOT_READY.code: "5",
}
LOCKED = (pg.LockNotAvailable, pg.DeadlockDetected, pg.SerializationFailure)
# PostgreSQL ends a session that idled in a transaction, and a standby refuses writes during a
# switch of servers. psycopg files both under internal errors.
GOING_AWAY = (pg.IdleInTransactionSessionTimeout, pg.ReadOnlySqlTransaction)


def problem_of_database(error: Error) -> ProblemType | None:
    """The fitting problem; None when the error is a defect of ours, such as wrong SQL."""
    cause = error.__cause__
    # Class 54: a value is too big for an index or a row. The request is at fault, not the server.
    if isinstance(error, DataError) or _sqlstate(cause).startswith("54"):
        return types.INVALID_VALUE
    if isinstance(error, IntegrityError):
        return types.CONFLICT
    if isinstance(cause, pg.QueryCanceled):
        return types.STATEMENT_TIMEOUT
    if isinstance(cause, LOCKED):
        return types.LOCK_TIMEOUT
    if isinstance(error, OperationalError | InterfaceError) or isinstance(cause, GOING_AWAY):
        return types.DATABASE_UNAVAILABLE
    return None


def _sqlstate(cause: BaseException | None) -> str:
    return getattr(cause, "sqlstate", None) or ""
