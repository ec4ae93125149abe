"""Django settings. One file; the environment decides what differs.

Without DATABASE_URL the site has an embedded PostgreSQL, and plain HTTP on loopback; with
it, every default is that of production behind HTTPS. README.md lists the variables.
"""

from __future__ import annotations

import zoneinfo
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from skillguide import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR") or BASE_DIR / ".data").resolve()
CONTENT_DIR = Path(env.text("CONTENT_DIR") or BASE_DIR / "content").resolve()

DATABASE_URL = env.text("DATABASE_URL")
EMBEDDED = not DATABASE_URL
DEBUG = env.boolean("DEBUG", default=False)
HTTPS = env.boolean("HTTPS", default=not EMBEDDED)

SECRET_KEY = (
    env.required("SECRET_KEY", "Set it to 50 random characters, and keep it.")
    if HTTPS or env.text("SECRET_KEY")
    else env.kept_secret(DATA_DIR / "secret-key")
)
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS", default=[] if HTTPS else ["127.0.0.1", "localhost", "[::1]"]
)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the hosts that you serve.")
# Where mails lead to.
SITE_URL = env.text("SITE_URL").rstrip("/") or (
    f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
    if HTTPS
    else f"http://{ALLOWED_HOSTS[0]}:{env.integer('PORT', default=8000, least=1, most=65535)}"
)
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "skillguide",
    "skillguide.editions",
    "skillguide.learners",
    "curriculum",
    "projects",
    "interviews",
]

MIDDLEWARE = [
    "skillguide.headers.security_headers",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a page for visitors says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "skillguide.editions.moved.redirect_moved_pages",
]

ROOT_URLCONF = "skillguide.urls"
WSGI_APPLICATION = "skillguide.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "skillguide.site.on_every_page",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    """Django's form of DATABASE_URL, in any spelling that libpq takes."""
    if EMBEDDED:
        return {"ENGINE": "skillguide.embedded", "NAME": "skillguide", "USER": "skillguide"}
    try:
        parts = conninfo_to_dict(DATABASE_URL)
    except ProgrammingError as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL is not a PostgreSQL address: {str(error).strip()}"
        ) from error
    named = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    database: dict[str, object] = {key: parts.pop(part, "") or "" for key, part in named.items()}
    return database | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": parts | {"connect_timeout": parts.get("connect_timeout", 10)},
        # pgbouncer in transaction mode loses server-side cursors between queries.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


DATABASES = {
    "default": _database()
    | {"CONN_MAX_AGE": env.integer("CONN_MAX_AGE", default=600), "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes; only allauth's rate limits use it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Beyond this many entries a third is thrown away, and with it the counts of wrong tries.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# What learners' rows name content by. A publish that would orphan such rows is refused.
CONTENT_ROWS = ["learners.Progress", "learners.Attempt", "projects.Submission"]

# Reviews

# How many of the reviews that were sent are read once more, to see whether reviewers agree.
READ_TWICE = env.integer("READ_TWICE", default=10, most=100) / 100
MOST_CLAIMS = env.integer("MOST_CLAIMS", default=3, least=1, most=50)
UNDO_SECONDS = env.integer("UNDO_SECONDS", default=120, most=3600)

# People

AUTH_USER_MODEL = "learners.Learner"
AUTHENTICATION_BACKENDS = [
    "skillguide.learners.backend.LearnerBackend",
    "allauth.account.auth_backends.AuthenticationBackend",  # sessions from before the one above
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "skillguide.learners.forms.NameForm"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXIES", default=0, most=10)

# Mail: written to a queue in the database, sent by `manage.py db_worker`

EMAIL_BACKEND = "skillguide.mail.QueueBackend"
EMAIL_HOST = env.text("EMAIL_HOST")
MAIL_DELIVERY = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_PORT = env.integer("EMAIL_PORT", default=587, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Skill Guide <skillguide@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Addresses that learners hand in are looked at from here; see skillguide/outgoing.py

OUTGOING_PRIVATE = env.boolean("OUTGOING_PRIVATE", default=False)

# Text, time, files

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.choice("TIME_ZONE", default="UTC", among=zoneinfo.available_timezones())
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
UPLOADS_DIR = Path(env.text("UPLOADS_DIR") or DATA_DIR / "uploads").resolve()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "uploads": {
        "BACKEND": "skillguide.storage.PrivateStorage",
        "OPTIONS": {"location": UPLOADS_DIR},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# What browsers may send: a table of 1,000 rows fits, and two of the largest files at once.

DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 40_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
LARGEST_REQUEST = 110_000_000
FILE_UPLOAD_HANDLERS = [
    "skillguide.storage.NotTooLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Security

SECURE_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
# HSTS for subdomains and the preload list bind hosts that are not ours to decide about.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_AGE = 14 * 24 * 3600
X_FRAME_OPTIONS = "DENY"

LOG_LEVEL = env.choice(
    "LOG_LEVEL", default="WARNING", among=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
