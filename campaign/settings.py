"""The one settings file. Everything that differs between installations is read from the environment here and nowhere else.

`deploy/env.example` names every variable with its meaning. Without any, the embedded default runs: SQLite, broker and files
in the folder `var/`, mail captured in files.
"""

from datetime import timedelta
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from redis.backoff import NoBackoff
from redis.retry import Retry

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
if (VAR_DIR / "env").is_file():
    environ.Env.read_env(VAR_DIR / "env")

# What this installation is
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
SECURE = SITE_URL.startswith("https://")
FILES_DIR = Path(env.str("FILES_DIR", default=str(VAR_DIR / "files")))
SIGNING_PKCS12 = env.str("SIGNING_PKCS12", default="")
SIGNING_PKCS11 = env.str("SIGNING_PKCS11", default="")  # a PKCS#11 URI (RFC 7512)
SIGNING_PASSWORD = env.str("SIGNING_PASSWORD", default="")
REGISTER_KEY = env.str("REGISTER_KEY", default="")
REGISTER_ORIGIN = env.str("REGISTER_ORIGIN", default="")
REGISTER_MEMORY = env.str("REGISTER_MEMORY", default=str(VAR_DIR / "register" / "signed.json"))
TIMESTAMP_URL = env.str("TIMESTAMP_URL", default="")
SIGNING_LEVEL = env.str("SIGNING_LEVEL", default="")  # "", "LT" or "LTA"
SIGNING_ROOTS = env.str("SIGNING_ROOTS", default="")
DNS_RESOLVERS = env.list("DNS_RESOLVERS", default=[])
REGISTER_LOOKUP_URL = env.str("REGISTER_LOOKUP_URL", default="")
REGISTER_LOOKUP_KEY = env.str("REGISTER_LOOKUP_KEY", default="")
EDS_CA_DIR = env.str("EDS_CA_DIR", default=str(VAR_DIR / "eds" / "authorities"))
EDS_CRL_DIR = env.str("EDS_CRL_DIR", default=str(VAR_DIR / "eds" / "revoked"))
EDS_OCSP_URL = env.str("EDS_OCSP_URL", default="")

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose fields it multiplies
    "campaign.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "campaign.base",
    "letters",
    "signatories",
    "campaign.apps.CampaignConfig",
]

MIDDLEWARE = [
    "campaign.middleware.leave_out_the_body_of_head",
    "campaign.middleware.add_security_headers",
    "django.middleware.security.SecurityMiddleware",
    "campaign.middleware.refuse_hostile_requests",
    "campaign.middleware.answer_from_memory",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "campaign.accounts.guard_accounts",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "campaign.urls"
WSGI_APPLICATION = "campaign.wsgi.application"
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
                "campaign.context.site",
            ],
        },
    },
]

# Database: every request of SQLite that writes begins IMMEDIATE, so that the first write never fails for a stale read
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = None  # opening a database for each request takes longer than most answers
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default=f"filecache://{VAR_DIR / 'cache'}")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):  # a frozen cache holds nobody up
    CACHES["default"]["OPTIONS"] = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)}

# Files
STORAGES = {
    "default": {"BACKEND": "campaign.base.storage.WholeFileStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Languages: Kazakh first; what lacks a Kazakh string must fail a test, not fall through
LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "vendor"]
FORMAT_MODULE_PATH = ["campaign.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Almaty"
MODELTRANSLATION_LANGUAGES = ("kk", "ru", "en")
MODELTRANSLATION_DEFAULT_LANGUAGE = "kk"
MODELTRANSLATION_FALLBACK_LANGUAGES = {"default": ("kk", "ru", "en")}

# People
AUTH_USER_MODEL = "base.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "campaign.accounts.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up, but the sign-in form takes its fields from here
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_USER_DISPLAY = "campaign.accounts.display_name"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_FORMS = {"confirm_login_code": "campaign.accounts.SignInCodeForm"}
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,3/5m/key,8/h/key", "signup": "5/h/ip"}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_ADAPTER = "campaign.accounts.SecondFactors"
MFA_FORMS = {"add_webauthn": "campaign.accounts.AddKeyForm", "edit_webauthn": "campaign.accounts.EditKeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Qoltanba"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE and DEMONSTRATION
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())

# The wire
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Mail: sent by the worker from waiting rows
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or ""
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(EMAIL_CONFIG.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(EMAIL_CONFIG.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Qoltanba <letters@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Work for later
CELERY_BROKER_URL = env.str("BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL.startswith("filesystem://"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker" / "messages"),
        "data_folder_out": str(VAR_DIR / "broker" / "messages"),
        "processed_folder": str(VAR_DIR / "broker" / "processed"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "mail"
CELERY_TASK_ROUTES = {
    "letters.print_edition": {"queue": "pdf"},
    "letters.renew_archive_stamp": {"queue": "pdf"},
    "signatories.run_check": {"queue": "checks"},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat" / "schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep-mail": {"task": "base.sweep_mail", "schedule": 1.0, "options": {"expires": 5}},
    "sweep-editions": {"task": "letters.sweep_editions", "schedule": 1.0, "options": {"expires": 5}},
    "close-letters": {"task": "signatories.close_due_letters", "schedule": 5.0, "options": {"expires": 20}},
    "remind-coordinators": {"task": "signatories.remind_coordinators", "schedule": 300.0, "options": {"expires": 240}},
    "sweep-checks": {"task": "signatories.sweep_checks", "schedule": 1.0, "options": {"expires": 5}},
    "look-again": {"task": "signatories.look_again", "schedule": 600.0, "options": {"expires": 500}},
    "sweep-bulk": {"task": "signatories.sweep_bulk", "schedule": 1.0, "options": {"expires": 5}},
    "remind-invited": {"task": "signatories.remind_invited", "schedule": 60.0, "options": {"expires": 50}},
    "follow-invitations": {"task": "signatories.follow_invitations", "schedule": 30.0, "options": {"expires": 25}},
    "end-proposals": {"task": "signatories.end_proposals", "schedule": 60.0, "options": {"expires": 50}},
    "sign-checkpoint": {"task": "base.sign_checkpoint", "schedule": 5.0, "options": {"expires": 20}},
    "mail-witnesses": {"task": "base.mail_witnesses", "schedule": 86400.0, "options": {"expires": 43200}},
    "forget-unsaved": {"task": "letters.forget_unsaved", "schedule": 86400.0, "options": {"expires": 43200}},
    "renew-archive-stamps": {
        "task": "letters.renew_archive_stamps",
        "schedule": 86400.0,
        "options": {"expires": 43200},
    },
    "forget": {"task": "base.forget", "schedule": 3600.0, "options": {"expires": 3000}},
    "forget-unconfirmed": {"task": "signatories.forget_unconfirmed", "schedule": 3600.0, "options": {"expires": 3000}},
    "lower-levels": {"task": "signatories.lower_levels", "schedule": 86400.0, "options": {"expires": 43200}},
    "forget-documents": {"task": "signatories.forget_documents", "schedule": 86400.0, "options": {"expires": 43200}},
}

# Logs name no person, no address and no body
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.request": {"level": "ERROR"},  # "Not Found" would log addresses, which may hold tokens
        "kombu.connection": {"level": "ERROR"},  # filesystem:// has no host name, and is told so at each start
    },
}
