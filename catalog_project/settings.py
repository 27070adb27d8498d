"""Every setting, in sections. The environment is read here, once, and nowhere else.

docs/settings.md explains each variable; a test compares it with the names read here.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from corsheaders.defaults import default_headers

from catalog_project.api.description import INTRODUCTION, NAMES_OF_CHOICES, TAGS
from catalog_project.environment import Required, StrictEnv
from catalog_project.ops.cache import redis_cache
from catalog_project.ops.logs import configure_structlog, logging_config
from catalog_project.ops.storage import storage_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = StrictEnv()

# --- Security ----------------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.secret(
    "SECRET_KEY", remedy='python -c "import secrets; print(secrets.token_urlsafe(50))"'
)
# Those of before, newest first: what they signed or sealed is good until they leave.
SECRET_KEY_FALLBACKS = env.secrets("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"], wildcard=DEBUG)
HTTPS = env.boolean("HTTPS", default=True)
HSTS_SECONDS = env.integer("HSTS_SECONDS", 31_536_000, least=0, most=63_072_000)
# How many proxies of ours stand in front. With 0, no forwarding header is believed at all.
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, least=0, most=10)

SECURE_SSL_REDIRECT = HTTPS
# Probes and scrapers inside the network speak plain HTTP to the container itself.
SECURE_REDIRECT_EXEMPT = [r"^health(/|$)", r"^metrics$"]
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin"
SESSION_COOKIE_NAME = "catalog_session"
SESSION_COOKIE_AGE = 60 * 60 * 12
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "catalog_project.api.error_pages.csrf_failure"
SILENCED_SYSTEM_CHECKS = [
    # Whether every subdomain and the browsers' preload list follow is the shop's decision.
    "security.W005",
    "security.W021",
    # The CSRF middleware runs for the admin alone, as a subclass: catalog.E003 guards that.
    "security.W003",
]

# --- Applications ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "catalog_project",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "accounts",  # after those whose admin pages it takes away
    "products",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_prometheus",
    "corsheaders",
    "procrastinate.contrib.django",
]
# The Admin… and Api… classes are the usual ones, each on its own paths only: a read of the API
# pays for neither sessions nor messages (design: 25-45 % of a hot read).
MIDDLEWARE = [
    "catalog_project.ops.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "catalog_project.ops.static.StaticMiddleware",
    "catalog_project.ops.middleware.ApiCorsMiddleware",
    "products.api.hot_reads.HotReads",
    "catalog_project.ops.middleware.AdminSessionMiddleware",
    "catalog_project.ops.middleware.AdminCsrfMiddleware",
    "catalog_project.ops.middleware.AdminAuthenticationMiddleware",
    "catalog_project.ops.middleware.AdminMessageMiddleware",
    "accounts.channel_guard.ChannelGuard",
    "accounts.second_factor_guard.SecondFactorGuard",  # takes itself out unless it is asked for
]
ROOT_URLCONF = "catalog_project.urls"
WSGI_APPLICATION = "catalog_project.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "catalog_project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database ----------------------------------------------------------------------------------
_database = env.database("DATABASE_URL", Required("postgresql://user:password@host:5432/database"))
DATABASE_POOL_MIN_SIZE = env.integer("DATABASE_POOL_MIN_SIZE", 1, least=0, most=1_000)
DATABASE_POOL_MAX_SIZE = env.integer(
    "DATABASE_POOL_MAX_SIZE", 8, least=max(DATABASE_POOL_MIN_SIZE, 1), most=1_000
)
DATABASE_POOL_TIMEOUT = env.seconds("DATABASE_POOL_TIMEOUT", 3.0, most=60)
DATABASE_CONNECT_TIMEOUT = env.integer("DATABASE_CONNECT_TIMEOUT", 3, least=2, most=60)
DATABASE_STATEMENT_TIMEOUT_MS = env.integer(
    "DATABASE_STATEMENT_TIMEOUT_MS", 10_000, least=100, most=3_600_000
)
DATABASE_LOCK_TIMEOUT_MS = env.integer("DATABASE_LOCK_TIMEOUT_MS", 3_000, least=10, most=600_000)
DATABASE_IDLE_TIMEOUT_MS = env.integer(
    "DATABASE_IDLE_TIMEOUT_MS", 30_000, least=1_000, most=3_600_000
)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "ENGINE": "catalog_project.ops.postgresql",  # notices lost connections by itself
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django must give them back
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            "connect_timeout": DATABASE_CONNECT_TIMEOUT,
            "application_name": "catalog",
            **_database["OPTIONS"],
            "options": (
                f"-c statement_timeout={DATABASE_STATEMENT_TIMEOUT_MS}"
                f" -c lock_timeout={DATABASE_LOCK_TIMEOUT_MS}"
                f" -c idle_in_transaction_session_timeout={DATABASE_IDLE_TIMEOUT_MS}"
                # To compile the statement that prints documents takes seconds; to run it, 1 ms.
                " -c jit=off -c TimeZone=UTC"
            ),
            "pool": {
                "min_size": DATABASE_POOL_MIN_SIZE,
                "max_size": DATABASE_POOL_MAX_SIZE,
                "timeout": DATABASE_POOL_TIMEOUT,
                # Give up early and let the next request try afresh: the pool's own pauses double
                # up to minutes, which is how long a restarted database would go unnoticed.
                "reconnect_timeout": 4.0,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and sessions ------------------------------------------------------------------------
REDIS_URL = env.url("REDIS_URL", ["redis", "rediss", "unix"])
REDIS_TIMEOUT = env.seconds("REDIS_TIMEOUT", 0.25, most=0.25)
CACHES: dict[str, dict[str, Any]] = {
    "default": redis_cache(REDIS_URL, timeout=REDIS_TIMEOUT)
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
# Without Redis each process would keep copies of its own, blind to a log-out in another.
SESSION_ENGINE = (
    "catalog_project.ops.sessions" if REDIS_URL else "django.contrib.sessions.backends.db"
)

# --- Files -------------------------------------------------------------------------------------
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var", base=BASE_DIR)
MEDIA_ROOT = DATA_DIR / "media"
EXPORTS_ROOT = DATA_DIR / "exports"  # private: never below MEDIA_ROOT
MEDIA_URL = env.prefix("MEDIA_URL", "/media/")
# Files that were handed in to be imported. Nobody serves them.
IMPORTS_ROOT = DATA_DIR / "imports"
# Smaller copies of pictures, in pixels of width, made by the worker. Never wider than a picture.
RENDITION_WIDTHS = env.integers("RENDITION_WIDTHS", [160, 320, 640, 1280], least=16, most=4_096)
RENDITION_QUALITY = env.integer("RENDITION_QUALITY", 80, least=1, most=100)
STATIC_ROOT = env.folder("STATIC_ROOT", DATA_DIR / "static", base=BASE_DIR)
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # so that nothing must be collected before a fresh clone can serve
STORAGES = {
    "default": storage_settings(
        env.choice("MEDIA_STORAGE", "folder", ["folder", "s3"]),
        media_url=MEDIA_URL,
        bucket=env.text("S3_BUCKET", ""),
        endpoint_url=env.url("S3_ENDPOINT_URL", ["http", "https"]),
        region=env.text("S3_REGION", ""),
        access_key=env.text("S3_ACCESS_KEY", ""),
        secret_key=env.text("S3_SECRET_KEY", ""),
        addressing_style=env.choice("S3_ADDRESSING_STYLE", "auto", ["auto", "path", "virtual"]),
    ),
    "staticfiles": {"BACKEND": "catalog_project.ops.static.HashedStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o644

# --- Limits ------------------------------------------------------------------------------------
BODY_MAX_BYTES = env.integer("BODY_MAX_BYTES", 2 * 1024**2, least=1_024, most=1024**3)
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", 20 * 1024**2, least=1_024, most=1024**3)
JSON_MAX_DEPTH = env.integer("JSON_MAX_DEPTH", 32, least=4, most=512)
# Callers who wait for changes, and exports: each keeps a thread of its web process.
LONG_ANSWERS = env.integer("LONG_ANSWERS", 2, least=0, most=1_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000  # a page of the admin with all its tabs
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Request rates ----------------------------------------------------------------------------
# Empty: nobody is counted. Logins have limits of their own, which are always on (see Accounts).
# How long our own proxy may answer with what it has; without one that reads X-Accel-Expires: 0.
PROXY_CACHE_SECONDS = env.integer("PROXY_CACHE_SECONDS", 0, least=0, most=3600)
THROTTLE_ANONYMOUS = env.rate("THROTTLE_ANONYMOUS")  # of one network
THROTTLE_USER = env.rate("THROTTLE_USER")
THROTTLE_KEY = env.rate("THROTTLE_KEY")  # of keys without a rate of their own

# --- Requests of our own -----------------------------------------------------------------------
# Addresses that users give us are contacted on these ports only, and only in the public Internet
# or in a private network that is named here.
OUTBOUND_PORTS = env.integers("OUTBOUND_PORTS", [80, 443], least=1, most=65_535)
OUTBOUND_PRIVATE_NETWORKS = env.networks("OUTBOUND_PRIVATE_NETWORKS")

# --- Mail --------------------------------------------------------------------------------------
# Links in mails begin with PUBLIC_URL: what a request says of its host is the caller's own text.
PUBLIC_URL = env.matching(
    "PUBLIC_URL",
    "",
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?",
    "an origin such as https://catalog.example",
)
_mail = env.mail("EMAIL_URL", public_url=PUBLIC_URL)
MAIL_ENABLED = bool(_mail.backend)
EMAIL_BACKEND = _mail.backend or "django.core.mail.backends.dummy.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.matching(
    "EMAIL_FROM",
    "catalog@localhost",
    r"[^@\s<>,;]+@[^@\s<>,;]+",
    "an address such as it@shop.example",
)

# --- Catalog -----------------------------------------------------------------------------------
CATALOG_PUBLIC_READ = env.boolean("CATALOG_PUBLIC_READ", default=True)
CATALOG_STOREFRONT = env.boolean("CATALOG_STOREFRONT", default=True)
CATALOG_REQUIRE_IF_MATCH = env.boolean("CATALOG_REQUIRE_IF_MATCH", default=False)
EXPORT_DAYS = env.integer("EXPORT_DAYS", 7, least=1, most=365)
CHANGES_DAYS = env.integer("CHANGES_DAYS", 730, least=1, most=36_500)
# Days that an import is kept after its end: its report, and the file for what was refused.
IMPORT_DAYS = env.integer("IMPORT_DAYS", 30, least=1, most=36_500)
CATALOG_CURRENCY = env.matching(
    "CATALOG_CURRENCY", "USD", "[A-Z]{3}", "an ISO 4217 code such as USD"
)

# --- Time and language -------------------------------------------------------------------------
TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en-us"
USE_I18N = True
FORMAT_MODULE_PATH = "catalog_project.formats"

# --- API ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.CatalogJWTAuthentication",
        "accounts.authentication.ApiKeyAuthentication",
    ],
    # A view that names no permission is open to nobody.
    "DEFAULT_PERMISSION_CLASSES": ["catalog_project.api.permissions.DenyAll"],
    "DEFAULT_RENDERER_CLASSES": ["catalog_project.api.renderers.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["catalog_project.api.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "catalog_project.api.negotiation.FixedNegotiation",
    "DEFAULT_SCHEMA_CLASS": "catalog_project.api.schema.CatalogSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "catalog_project.api.problems.problem_handler",
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Catalog",
    "DESCRIPTION": INTRODUCTION,
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "CONTACT": {"name": "The operator of this service"},
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    # Relative, so that the document is right behind every host name and proxy.
    "SERVERS": [{"url": "/", "description": "This service", "x-internal": False}],
    "TAGS": TAGS,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    # Create, replace and patch have a shape each, so nothing must be made up for them.
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": NAMES_OF_CHOICES,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "catalog_project.api.schema.state_integer_widths",
    ],
    "SORT_OPERATION_PARAMETERS": lambda each: ["path", "query", "header"].index(each["in"]),
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Cross-origin requests ---------------------------------------------------------------------
_cors_origins = env.origins("CORS_ALLOWED_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = _cors_origins == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else _cors_origins
CORS_URLS_REGEX = r"^/(api/|openapi\.json$)"
CORS_ALLOW_CREDENTIALS = False  # tokens travel in a header; cookies belong to the admin
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-match", "if-none-match"]
CORS_ALLOW_HEADERS += ["prefer", "x-api-key"]
CORS_EXPOSE_HEADERS = [
    "Catalog-Channel",
    "Content-Language",
    "ETag",
    "Idempotency-Replayed",
    "Link",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-ID",
]

# --- Background jobs ---------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # of each app

# --- Operations --------------------------------------------------------------------------------
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOG_FORMAT = env.choice("LOG_FORMAT", "json", ["json", "console"])
configure_structlog(LOG_LEVEL, LOG_FORMAT)
LOGGING = logging_config(LOG_LEVEL, LOG_FORMAT)

# --- Admin -------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Catalog",
    "SITE_HEADER": "Catalog",
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "products.admin.navigation.icon"}
    ],
    "STYLES": ["products.admin.navigation.stylesheet"],
    "LOGIN": {"form": "accounts.admin_login.LoginForm"},
    "DASHBOARD_CALLBACK": "products.admin.dashboard.dashboard",
    "ACCOUNT": {"navigation": [{"title": "My account", "link": "/admin/account/"}]},
    "SIDEBAR": {"navigation": "products.admin.navigation.navigation"},
}

# --- Accounts ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.CatalogBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.GuessablePasswordValidator"},
]
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=14),  # counted from the sign-in, not from a renewal
    # The keys are in the database; see accounts/signing_keys.py.
    "ALGORITHM": env.choice("JWT_ALGORITHM", "EdDSA", ["EdDSA", "RS256", "HS256"]),
    "ISSUER": "catalog",
    "AUDIENCE": "catalog-api",
    "USER_ID_CLAIM": "sub",
    "LEEWAY": timedelta(seconds=10),
    "AUTH_HEADER_TYPES": ("Bearer",),
}
REFRESH_GRACE = timedelta(seconds=30)  # in which the same client may ask again for a lost answer
# A login is refused (429) after this many failures within the window, counted from the first.
LOGIN_FAILURES_PER_ACCOUNT = 10  # of one account from one network
LOGIN_FAILURES_PER_NETWORK = 100  # over all accounts
LOGIN_FAILURE_WINDOW = timedelta(minutes=15)
# Mails for a forgotten password, in the same window.
RESETS_PER_ADDRESS = 5  # of one address from one network
RESETS_PER_NETWORK = 20
RESET_MAILS_PER_HOUR = 10  # to one user, whoever asks
STAFF_REQUIRE_TOTP = env.boolean("STAFF_REQUIRE_TOTP", default=False)
OTP_TOTP_ISSUER = "Catalog"
AUDIT_DAYS = env.integer("AUDIT_DAYS", 400, least=1, most=3_650)
