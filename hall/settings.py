"""One settings file, from environment variables; docs/settings.md lists them.

A missing or wrong value stops the start with a sentence that says how to mend it. Without `DATABASE_URL` the
embedded PostgreSQL and Redis are used and the secrets are made once under `HALL_STATE_DIR`; with it this is a
real installation, and every secret must be given.
"""

from __future__ import annotations

import base64
import gc
import ipaddress
import os
import re
import secrets as _secrets
from pathlib import Path
from typing import Any

import environ
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.exceptions import ImproperlyConfigured

from hall import embedded
from hall.headers import PAGE
from hall.operations.logs import logging_of
from hall.operations.video import video_of
from hall.schedule import SCHEDULE

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
BASE_DIR = Path(__file__).resolve().parent.parent
# What a process loads it keeps: looking through it for waste every 700 objects took a sixth of each start.
gc.set_threshold(10_000, 20, 20)
STATE_DIR = embedded.state_dir()
env = environ.Env()
EMBEDDED = not env("DATABASE_URL", default="")


def _secret(name: str, size: int) -> str:
    """A secret from the environment; embedded, from a file only we can read, made at the first start."""
    if given := env(name, default=""):
        return str(given)
    if not EMBEDDED:
        raise ImproperlyConfigured(
            f"{name} is not set. Make one with: python3 -c "
            f"'import base64, os; print(base64.b64encode(os.urandom({size})).decode())'"
        )
    path = STATE_DIR / "secrets" / name.lower()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(_secrets.token_bytes(size)).decode())
    return path.read_text().strip()


def _int(name: str, default: int) -> int:
    text = str(env(name, default=""))
    if text and not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(f"{name} is {text!r}: give a whole number, or leave it out for {default}.")
    return int(text or default)


def _reader_url(text: str) -> str:
    """An origin of the computer itself, as it stands in the content security policy; nothing else may be named."""
    if text and not re.fullmatch(r"https?://(127\.0\.0\.1|localhost|\[::1\]):\d{2,5}", text):
        raise ImproperlyConfigured(
            f"HALL_READER_URL is {text!r}: give an address of the computer itself without a path, such as"
            " http://127.0.0.1:18622, or nothing when there are no ID readers."
        )
    return text


def _clamav(text: str) -> str:
    if text and not re.fullmatch(r"unix:/.+|(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}", text):
        raise ImproperlyConfigured(f"HALL_CLAMAV is {text!r}: give host:port or unix:/path, or leave it out.")
    return text


_SPANS = {"s": 1, "min": 60, "h": 3600}


def _rate(name: str, default: str) -> tuple[int, int]:
    """`600/min` as so many in so many seconds."""
    text = str(env(name, default="")) or default
    most, _slash, span = text.partition("/")
    if not (most.isascii() and most.isdigit() and int(most)) or span not in _SPANS:
        raise ImproperlyConfigured(
            f"{name} is {text!r}: give a number and s, min or h, like {default}, or leave it out."
        )
    return int(most), _SPANS[span]


def _networks(name: str, default: str = "") -> list[Network]:
    """Networks in CIDR form, comma-separated; none where none are given."""
    found: list[Network] = []
    for text in str(env(name, default="") or default).split(","):
        try:
            found += [ipaddress.ip_network(text.strip())] if text.strip() else []
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name}: {error}. Give networks like 10.20.0.0/16, comma-separated, or leave it out."
            ) from None
    return found


def _key(name: str, text: str) -> str:
    try:
        if len(base64.b64decode(text, validate=True)) == 32:
            return text
    except ValueError:
        pass
    raise ImproperlyConfigured(f"{name} must be base64 of exactly 32 bytes (comma-separated when several)")


DEBUG = env.bool("HALL_DEBUG", default=False)
SECRET_KEY = _secret("HALL_SECRET_KEY", 48)
HALL_FIELD_KEYS = [_key("HALL_FIELD_KEYS", k.strip()) for k in _secret("HALL_FIELD_KEYS", 32).split(",")]
HALL_INDEX_KEY = _key("HALL_INDEX_KEY", _secret("HALL_INDEX_KEY", 32))
# Codes that were given out are kept nowhere and found by a key of their own: the former one, after a change.
HALL_CODE_KEY = _key("HALL_CODE_KEY", env("HALL_CODE_KEY", default="") or HALL_INDEX_KEY)
HALL_FIELD_ALGORITHM = env("HALL_FIELD_ALGORITHM", default="aes")
if HALL_FIELD_ALGORITHM not in ("aes", "sm4"):
    raise ImproperlyConfigured(
        f"HALL_FIELD_ALGORITHM is {HALL_FIELD_ALGORITHM!r}: give aes (AES-256-GCM) or sm4 (SM4-GCM with HMAC-SM3)."
    )
if HALL_FIELD_ALGORITHM == "sm4":
    try:
        Cipher(algorithms.SM4(bytes(16)), modes.GCM(bytes(12))).encryptor()
    except UnsupportedAlgorithm as missing:
        raise ImproperlyConfigured(
            "HALL_FIELD_ALGORITHM is sm4, but the OpenSSL under the cryptography package has no SM4-GCM: "
            "use a build that has it, or aes."
        ) from missing
ALLOWED_HOSTS = env.list("HALL_ALLOWED_HOSTS", default=["*"] if EMBEDDED else [])
CSRF_TRUSTED_ORIGINS = env.list("HALL_TRUSTED_ORIGINS", default=[])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "HALL_ALLOWED_HOSTS is not set. Give the host names of the site, comma-separated."
    )

INSTALLED_APPS = [
    "staffing.apps.HallAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "guardian",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "hall",
    "staffing.apps.StaffingConfig",
    "cases",
    "intake",
    "consultations",
    "hearings",
    "accountability",
]
MIDDLEWARE = [
    "hall.headers.Headers",
    "hall.operations.logs.Requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "hall.machines.problems.TellMachines",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staffing.views.WhoActs",
    "staffing.views.StepUp",
    "hall.access.TranslateRefusals",
]
ROOT_URLCONF = "hall.urls"
WSGI_APPLICATION = "hall.wsgi.application"
ASGI_APPLICATION = "hall.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "cases.views.shell",
            ],
        },
    }
]

# --- database -----------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url_config(embedded.database_url()) if EMBEDDED else env.db("DATABASE_URL")
}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["HOST"] = DATABASES["default"]["OPTIONS"].pop(
    "host", DATABASES["default"].get("HOST", "")
)
# A connection is looked at before it is lent: after a restart of the database the next request gets a live one.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if env("HALL_PROCESS", default="") == "web":
    # A new connection for every request halves the rate; the pool is for the web process alone, because its
    # threads do not survive the fork of a Celery worker.
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 2, "max_size": _int("HALL_DB_POOL", default=12)}
# A pooler in transaction mode: what a session keeps from one transaction to the next is somebody else's.
HALL_PGBOUNCER = env.bool("HALL_PGBOUNCER", default=False)
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = HALL_PGBOUNCER
if HALL_REPLICA_URL := env("HALL_REPLICA_URL", default=""):
    # Reports and boards alone read there (`hall.operations.replica`).
    DATABASE_ROUTERS = ["hall.operations.replica.Router"]
    _own = DATABASES["default"]
    DATABASES["replica"] = {**env.db_url_config(HALL_REPLICA_URL), "ENGINE": _own["ENGINE"]}
    _options = DATABASES["replica"].setdefault("OPTIONS", {})
    DATABASES["replica"] |= {
        "HOST": _options.pop("host", DATABASES["replica"].get("HOST", "")),
        "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": HALL_PGBOUNCER, "TEST": {"MIRROR": "default"},
    }  # fmt: skip
    if "pool" in _own["OPTIONS"]:
        _options["pool"] = {"min_size": 0, "max_size": _own["OPTIONS"]["pool"]["max_size"]}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- broker and worker --------------------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="") or embedded.redis_url()
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 1 if env("HALL_PROCESS", default="") == "web" else 5,
    "max_retries": 0,
    "visibility_timeout": 3600,
}
if REDIS_MASTER := env(
    "HALL_REDIS_MASTER", default=""
):  # REDIS_URL then names the Sentinels, `;` between them
    CELERY_BROKER_TRANSPORT_OPTIONS["master_name"] = REDIS_MASTER
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = dict(SCHEDULE)
HALL_NUDGE = "hall.tasks.nudge"

# --- devices of the hall ------------------------------------------------------------------------------------
HALL_READER_URL = _reader_url(env("HALL_READER_URL", default="http://127.0.0.1:18622"))
"""Where the registration page finds the ID reader's agent on the clerk's own computer; "" for none."""
HALL_PRINTER_NETWORKS = _networks("HALL_PRINTER_NETWORKS", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16")

# --- public pages -------------------------------------------------------------------------------------------
HALL_PAGE_SHELF = env.bool("HALL_PAGE_SHELF", default=True)
HALL_PAGE_CHECK_SECONDS = _int("HALL_PAGE_CHECK_SECONDS", default=1)

# --- people -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "hall.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: people without a login have no account, not even a hidden one
GUARDIAN_MONKEY_PATCH_USER = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name", "email")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "staffing.rules.ThreeKindsOfCharacters"},
    {"NAME": "staffing.rules.NoNameOfThePlace"},
]  # fmt: skip
LOGIN_URL = "staffing:sign-in"
LOGIN_REDIRECT_URL = "staffing:desk"
HALL_PASSWORD_MAX_DAYS = _int("HALL_PASSWORD_MAX_DAYS", default=90)
HALL_IDLE_MINUTES = _int("HALL_IDLE_MINUTES", default=30)
HALL_SESSION_HOURS = _int("HALL_SESSION_HOURS", default=12) or 1
# --- signing in: tries, second factor, confirming, the three administrators (docs/signing-in.md) ---------------
HALL_SIGN_IN_TRIES = _int("HALL_SIGN_IN_TRIES", default=5) or 1
HALL_LOCK_OUT_MINUTES = _int("HALL_LOCK_OUT_MINUTES", default=30) or 1
HALL_KNOWN_DEVICE_DAYS = _int("HALL_KNOWN_DEVICE_DAYS", default=180)
HALL_SECOND_FACTOR_ROLES = env.list("HALL_SECOND_FACTOR_ROLES", default=[])
HALL_SECOND_FACTOR_GRACE_DAYS = _int("HALL_SECOND_FACTOR_GRACE_DAYS", default=14)
HALL_STEP_UP_MINUTES = _int("HALL_STEP_UP_MINUTES", default=15)
HALL_CODES_A_DAY = _int("HALL_CODES_A_DAY", default=8) or 1  # by SMS to one telephone, whichever page asks
HALL_ADMINISTRATORS_APART = env.bool("HALL_ADMINISTRATORS_APART", default=False)
SESSION_COOKIE_AGE = HALL_IDLE_MINUTES * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_BEHIND_TLS = env.bool("HALL_TLS", default=not EMBEDDED)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_BEHIND_TLS
CSRF_COOKIE_HTTPONLY = True  # no script reads it: every form carries the token
if SECURE_BEHIND_TLS:
    # A browser takes such a cookie from this host alone, over TLS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    # Of the site's own name. To be put on the browsers' list is for the owner of the domain to decide: no preload.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HALL_HSTS_SUBDOMAINS", default=True)
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    # The proxy sends people to TLS already; what asks from inside asks without, and machines are refused, not sent on.
    SECURE_SSL_REDIRECT, SECURE_REDIRECT_EXEMPT = True, [r"^(healthz|readyz|metrics)$", r"^api/"]
# --- headers of every answer: the policies themselves are in hall/headers.py (docs/security.md) -----------------
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PAGE}
X_FRAME_OPTIONS = "DENY"

# --- words, time, numbers -----------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- files --------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static"
if EMBEDDED:  # served from their places; whitenoise wants the folder to be there all the same
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
HALL_PRIVATE_ROOT = Path(env("HALL_PRIVATE_ROOT", default=str(STATE_DIR / "private")))
HALL_UPLOAD_LIMIT = _int("HALL_UPLOAD_MB", default=20) * 1024 * 1024
HALL_UPLOAD_COUNT = _int("HALL_UPLOAD_COUNT", default=20)
HALL_FONT_PATHS = env.list("HALL_FONT_PATHS", default=[])
# uploads: an optional ClamAV (docs/uploads.md)
HALL_CLAMAV = _clamav(env("HALL_CLAMAV", default=""))
HALL_CLAMAV_REQUIRED = env.bool("HALL_CLAMAV_REQUIRED", default=False)
HALL_CLAMAV_SECONDS = _int("HALL_CLAMAV_SECONDS", default=20) or 1
HALL_CLAMAV_AGAIN_DAYS = min(_int("HALL_CLAMAV_AGAIN_DAYS", default=30), 36_500)
HALL_DOCUMENT_WORDS = env.json("HALL_DOCUMENT_WORDS", default={})
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- recordings of video rooms (docs/recordings.md) -----------------------------------------------------------
HALL_RECORDING_DAYS = _int("HALL_RECORDING_DAYS", default=180)
if not HALL_RECORDING_DAYS:
    raise ImproperlyConfigured(
        "HALL_RECORDING_DAYS is 0: give the days that a recording is kept, or leave it out for 180."
    )

# --- sending ------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email("HALL_EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("HALL_FROM_EMAIL", default="hall@localhost")
HALL_SMS_BACKEND = env("HALL_SMS_BACKEND", default="hall.outbox.ConsoleSMSBackend")
HALL_SITE_URL_GIVEN = bool(env("HALL_SITE_URL", default=""))
HALL_SITE_URL = env("HALL_SITE_URL", default=f"http://localhost:{env('PORT', default='8000')}")

# --- machines -----------------------------------------------------------------------------------------------
HALL_API_RATE = _rate("HALL_API_RATE", default="600/min")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "counts": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "counts",
        # Nobody waits for a limit: a Redis that does not answer at once is away (`hall.machines.throttles`).
        "OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3},
    },
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["staffing.api.who.Token", "staffing.api.who.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "hall.machines.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "联合接访大厅 / Joint petition reception hall",
    "DESCRIPTION": "docs/api.md",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "PREPROCESSING_HOOKS": ["hall.machines.schema.only_v1"],
    "POSTPROCESSING_HOOKS": ["hall.machines.schema.closed_bodies"],
    "SERVERS": [{"url": HALL_SITE_URL}],
}

# --- webhooks -----------------------------------------------------------------------------------------------
HALL_WEBHOOK_NETWORKS = _networks("HALL_WEBHOOK_NETWORKS")
HALL_WEBHOOK_SECONDS = _int("HALL_WEBHOOK_SECONDS", default=10)

# --- operations ---------------------------------------------------------------------------------------------
HALL_LOG = env("HALL_LOG", default="line")
if HALL_LOG not in ("line", "json"):
    raise ImproperlyConfigured(
        f"HALL_LOG is {HALL_LOG!r}: give line (for a terminal) or json (for a collector)."
    )
LOGGING = logging_of(HALL_LOG, env("HALL_LOG_LEVEL", default="INFO"))
HALL_METRICS_TOKEN = env("HALL_METRICS_TOKEN", default="")
HALL_METRICS_NETWORKS = _networks("HALL_METRICS_NETWORKS", "127.0.0.0/8,::1/128" if EMBEDDED else "")
HALL_DISK_LEFT_MB = _int("HALL_DISK_LEFT_MB", default=2048)
# --- video --------------------------------------------------------------------------------------------------
HALL_VIDEO = video_of(lambda name, default: str(env(name, default="")) or default)
