"""Every problem the API can answer with: one registry for the handler and its docs page."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog_project.errors import DomainError


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem: code is stable, title is the same for every occurrence."""

    status: int
    code: str
    title: str
    meaning: str
    remedy: str


BAD_REQUEST = ProblemType(
    400,
    "bad-request",
    "The request is not acceptable",
    "The address or a header cannot be read: a NUL byte, text that is not UTF-8, a wrong host.",
    "Correct the request; sending it again unchanged gives the same answer.",
)
MALFORMED_BODY = ProblemType(
    400,
    "malformed-body",
    "The body is not the JSON it must be",
    "Broken JSON, a key twice in one object, nesting beyond the limit, a number that would lose "
    "digits, a NUL character. errors names each place.",
    "Correct the places in errors. Send exact decimals as strings.",
)
VALIDATION_FAILED = ProblemType(
    400,
    "validation-failed",
    "Some values were refused",
    "The JSON is well formed, but fields or parameters are missing, unknown or out of range.",
    "Each item of errors has the JSON pointer of a field, a code and a sentence.",
)
INVALID_VALUE = ProblemType(
    400,
    "invalid-value",
    "A value cannot be stored",
    "The database refused a value, such as a number out of range or a character it cannot hold.",
    "Send a smaller or plainer value.",
)
AUTHENTICATION_FAILED = ProblemType(
    401,
    "authentication-failed",
    "The credentials were refused",
    "The token or the password is wrong, expired or revoked.",
    "Sign in again at /api/v1/auth/token.",
)
NOT_AUTHENTICATED = ProblemType(
    401,
    "not-authenticated",
    "This needs a signed-in caller",
    "The request carries no credentials.",
    "Send Authorization: Bearer <access token>.",
)
PERMISSION_DENIED = ProblemType(
    403,
    "permission-denied",
    "The caller may not do this",
    "The caller is known, but the role does not include this action.",
    "Ask a manager for a role that includes it.",
)
NOT_FOUND = ProblemType(
    404,
    "not-found",
    "There is nothing here",
    "The address is wrong, or the thing does not exist or is not visible to this caller.",
    "Check the address and the id; addresses of the API end without a slash.",
)
METHOD_NOT_ALLOWED = ProblemType(
    405,
    "method-not-allowed",
    "This address does not take that method",
    "The address exists, but not for this HTTP method.",
    "Use one of the methods in the Allow header.",
)
NOT_ACCEPTABLE = ProblemType(
    406,
    "not-acceptable",
    "No offered format is accepted",
    "The Accept header excludes everything this address can answer with.",
    "Accept application/json.",
)
CONFLICT = ProblemType(
    409,
    "conflict",
    "The change breaks a rule of the stored data",
    "Another row already has this value, or something still refers to the row.",
    "Read the current state and decide again.",
)
CONTENT_TOO_LARGE = ProblemType(
    413,
    "content-too-large",
    "The body is too large",
    "The body, its number of parts or its number of fields is over the limit.",
    "Send less at once; limit is the number of bytes that are accepted.",
)
ADDRESS_TOO_LONG = ProblemType(
    414,
    "address-too-long",
    "The address is too long",
    "Path and query together are over the limit of 8,190 bytes.",
    "Ask for less at once.",
)
UNSUPPORTED_MEDIA_TYPE = ProblemType(
    415,
    "unsupported-media-type",
    "The body has a format that is not read here",
    "The content type, its charset or its content encoding is not supported.",
    "Send application/json in UTF-8 without compression.",
)
TOO_MANY_REQUESTS = ProblemType(
    429,
    "too-many-requests",
    "Too many requests",
    "This caller asked more often than the limit allows.",
    "Wait for the number of seconds in the Retry-After header.",
)
HEADERS_TOO_LARGE = ProblemType(
    431,
    "headers-too-large",
    "The headers are too large",
    "A header, or all of them together, are over the limit.",
    "Send fewer and shorter headers.",
)
INTERNAL_ERROR = ProblemType(
    500,
    "internal-error",
    "The service failed",
    "A defect of the service, not of the request. Its log has the details.",
    "Report the request_id to the operator.",
)
DATABASE_UNAVAILABLE = ProblemType(
    503,
    "database-unavailable",
    "The database cannot be reached",
    "The database is starting, stopping, out of connections or away.",
    "Repeat the request after the seconds in the Retry-After header.",
)
STATEMENT_TIMEOUT = ProblemType(
    503,
    "statement-timeout",
    "The database took too long",
    "A query was ended by the time limit.",
    "Ask for less at once, or repeat the request after the seconds in Retry-After.",
)
LOCK_TIMEOUT = ProblemType(
    503,
    "lock-timeout",
    "Another change is in the way",
    "Another transaction held what this one needed for too long. Nothing was changed.",
    "Repeat the request after the seconds in the Retry-After header.",
)
NOT_READY = ProblemType(
    503,
    "not-ready",
    "The service is not ready",
    "The database is away, or its migrations have not been applied.",
    "Wait; checks says what is missing.",
)

OWN_TYPES = tuple(value for value in list(globals().values()) if isinstance(value, ProblemType))


def domain_errors(parent: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every rule that any imported app declared by subclassing `DomainError`."""
    for child in parent.__subclasses__():
        yield child
        yield from domain_errors(child)


def all_problem_types() -> list[ProblemType]:
    """What the docs page lists: our own types and each declared rule, by status and code."""
    found = {kind.code: kind for kind in OWN_TYPES}
    for error in domain_errors():
        found.setdefault(error.code, _of_rule(error))
    return sorted(found.values(), key=lambda kind: (kind.status, kind.code))


def _of_rule(error: type[DomainError]) -> ProblemType:
    meaning = " ".join((error.__doc__ or "").split())
    remedy = str(getattr(error, "remedy", "The detail of the answer says how to mend it."))
    return ProblemType(error.status, error.code, error.title, meaning, remedy)
