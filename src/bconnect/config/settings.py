"""Django's settings, all of them from the environment (`environment.py`)."""

from datetime import timedelta
from pathlib import Path

from bconnect.config import protection
from bconnect.config.environment import CONFLICT_POLICIES, LOG_LEVELS, Environment
from bconnect.customers.fields import COLUMNS
from bconnect.jobs.table import Job
from bconnect.panel import theme

env = Environment(Path.cwd())

DEBUG = env.flag("BCONNECT_DEBUG", default=False)
SECRET_KEY = env.text("BCONNECT_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("BCONNECT_OLD_SECRET_KEYS", "")
ALLOWED_HOSTS = env.words("BCONNECT_ALLOWED_HOSTS", "localhost,127.0.0.1")
DATABASES = {"default": env.database("DATABASE_URL", "sqlite:///bconnect.sqlite3")}

# --- Robaws -------------------------------------------------------------------------------------------
ROBAWS_BASE_URL = env.url("ROBAWS_BASE_URL", "https://app.robaws.com")
ROBAWS_API_KEY = env.text("ROBAWS_API_KEY")
ROBAWS_API_SECRET = env.text("ROBAWS_API_SECRET")
ROBAWS_OAUTH_CLIENT_ID = env.text("ROBAWS_OAUTH_CLIENT_ID")
ROBAWS_OAUTH_CLIENT_SECRET = env.text("ROBAWS_OAUTH_CLIENT_SECRET")
ROBAWS_OAUTH_REFRESH_TOKEN = env.text("ROBAWS_OAUTH_REFRESH_TOKEN")
ROBAWS_ROLE_FIELD = env.text("ROBAWS_ROLE_FIELD", "Role")
ROBAWS_ROLE_FIELD_ID = env.text("ROBAWS_ROLE_FIELD_ID")
ROBAWS_WEBHOOK_SECRET = env.text("ROBAWS_WEBHOOK_SECRET")
ROBAWS_CONFLICT_POLICY = env.choice("ROBAWS_CONFLICT_POLICY", "manual", CONFLICT_POLICIES)
ROBAWS_CONFLICT_POLICY_FIELDS = env.choices("ROBAWS_CONFLICT_POLICY_FIELDS", COLUMNS, CONFLICT_POLICIES)
ROBAWS_REQUESTS_PER_SECOND = env.number("ROBAWS_REQUESTS_PER_SECOND", 15.0, at_least=0.01)
ROBAWS_BURST = env.number("ROBAWS_BURST", 20, at_least=1)
ROBAWS_DAILY_RESERVE = env.number("ROBAWS_DAILY_RESERVE", 500, at_least=0)
BCONNECT_DEFAULT_COUNTRY = env.country("BCONNECT_DEFAULT_COUNTRY", "BE")
BCONNECT_ROLES = env.words(
    "BCONNECT_ROLES",
    "FORWARDER,POV,BROKER,SHIPPING LINE,CAR DEALER,LUXURY CAR DEALER,EMBASSY,TRANSPORT COMPANY,OEM,RENTAL,"
    "CONSTRUCTION COMPANY,MINING COMPANY,TOURIST,BLACKLISTED,RORO,HOLLANDICO",
)

# --- background work ----------------------------------------------------------------------------------
_SYNC, _UPKEEP = "bconnect.sync.steps", "bconnect.operations.steps"
BCONNECT_JOBS = (
    Job(
        "incremental",
        env.when("BCONNECT_SCHEDULE_INCREMENTAL", "03:00"),
        (f"{_SYNC}.pull_changes", f"{_UPKEEP}.note_drift"),
        yields_to="full",
    ),
    Job(
        "full",
        env.when("BCONNECT_SCHEDULE_FULL", "sun 04:00"),
        (f"{_SYNC}.pull_everything", f"{_UPKEEP}.note_drift"),
    ),
    Job(
        "push",
        env.when("BCONNECT_SCHEDULE_PUSH", "22:00"),
        (f"{_SYNC}.pull_changes", f"{_UPKEEP}.note_drift", f"{_SYNC}.push"),
    ),
    Job("merges", env.when("BCONNECT_SCHEDULE_MERGES", "every 5 min"), ("bconnect.sync.merge_job.continue_merges",)),
    Job(
        "duplicates",
        env.when("BCONNECT_SCHEDULE_DUPLICATES", "every 10 min"),
        ("bconnect.operations.duplicates.look_for_duplicates",),
    ),
    Job(
        "webhook health",
        env.when("BCONNECT_SCHEDULE_HEALTH", "every 60 min"),
        ("bconnect.webhooks.steps.check_health",),
    ),
    Job("retention", env.when("BCONNECT_SCHEDULE_RETENTION", "01:30"), (f"{_UPKEEP}.remove_old",)),
    Job("alerts", env.when("BCONNECT_SCHEDULE_ALERTS", "every 5 min"), (f"{_UPKEEP}.tell_alerts",)),
)
_ASKED = "bconnect.sync.errands"
BCONNECT_ERRANDS = {
    "sync changes": f"{_ASKED}.pull_changes",
    "sync all": f"{_ASKED}.pull_everything",
    "sync some": f"{_ASKED}.pull_some",
    "push": f"{_ASKED}.push",
    "delete in Robaws": f"{_ASKED}.delete_in_robaws",
    "undo a run": f"{_ASKED}.undo_run",
    "find duplicates": "bconnect.operations.errands.find_duplicates",
    "register webhook": "bconnect.webhooks.errands.register",
    "rotate webhook": "bconnect.webhooks.errands.rotate",
    "deactivate webhook": "bconnect.webhooks.errands.deactivate",
    "compare webhooks": "bconnect.webhooks.errands.compare",
}
BCONNECT_JOB_SLICE_S = env.number("BCONNECT_JOB_SLICE_S", 50, at_least=1)
BCONNECT_KEEP_PAYLOADS_DAYS = env.number("BCONNECT_KEEP_PAYLOADS_DAYS", 90, at_least=1)
BCONNECT_KEEP_RUNS_DAYS = env.number("BCONNECT_KEEP_RUNS_DAYS", 365, at_least=1)
Q_CLUSTER = {
    "name": "bconnect",
    "label": "Jobs",
    "orm": "default",
    "workers": 2,
    # A slice that does not end is killed; a copy whose worker died is handed out again after `retry`.
    "timeout": 2 * BCONNECT_JOB_SLICE_S + 3,
    "retry": 3 * BCONNECT_JOB_SLICE_S + 3,
    "max_attempts": 3,
    "queue_limit": 1,  # what is fetched early waits where other machines can't take it
    "bulk": 1,
    "poll": 1,
    "guard_cycle": 1,
    "recycle": 100,
    "catch_up": False,
    "save_limit": 500,
    "log_level": "WARNING",
}

# --- alerts and metrics -------------------------------------------------------------------------------
BCONNECT_ALERT_EMAILS = env.words("BCONNECT_ALERT_EMAILS", "")
BCONNECT_ALERT_WEBHOOK_URL = env.optional_url("BCONNECT_ALERT_WEBHOOK_URL")
BCONNECT_ALERT_QUOTA_BELOW = env.number("BCONNECT_ALERT_QUOTA_BELOW", 1000, at_least=0)
BCONNECT_METRICS_TOKEN = env.text("BCONNECT_METRICS_TOKEN")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("BCONNECT_EMAIL_FROM", "bconnect@localhost")
EMAIL_TIMEOUT = 20
globals().update(env.email("BCONNECT_EMAIL_URL", is_needed=bool(BCONNECT_ALERT_EMAILS)))  # EMAIL_HOST, EMAIL_PORT, …

# --- apps ---------------------------------------------------------------------------------------------
CORE_APPS = ["bconnect.jobs", "bconnect.customers", "bconnect.intakes", "bconnect.sync", "bconnect.webhooks"]
INSTALLED_APPS = [
    "bconnect.panel",
    "bconnect.customers.duplicates",
    "django_q",
    "bconnect.operations",  # after the engine, whose admin pages it closes
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "axes",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    *CORE_APPS,
]
MIDDLEWARE = [
    "bconnect.webhooks.door.door",
    "django.middleware.security.SecurityMiddleware",
    "bconnect.panel.cookies.SecureCookiesOverHttps",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bconnect.panel.refused_values.RefusedValues",
    "axes.middleware.AxesMiddleware",  # last: it answers for a login that was refused too often
]
ROOT_URLCONF = "bconnect.config.urls"
LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "bconnect.panel.error_pages.login_changed"
WSGI_APPLICATION = "bconnect.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- web ----------------------------------------------------------------------------------------------
UNFOLD = theme.UNFOLD
globals().update(protection.settings(env))  # SECURE_…, cookies, sessions, CONTENT_SECURITY_POLICY
STATIC_URL = "/static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = True  # no collectstatic step between installing and serving
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Ten wrong passwords from one address for one name close the door for a quarter of an hour, for these two alone.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "panel/locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("fr", "Français")]
FORMAT_MODULE_PATH = ["bconnect.panel.formats"]
USE_TZ = True
TIME_ZONE = "Europe/Brussels"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "bconnect.config.logs.LineFormatter"},
        "json": {"()": "bconnect.config.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env.flag("BCONNECT_LOG_JSON", default=False) else "line",
        }
    },
    "loggers": {
        name: {"handlers": ["stderr"], "level": env.choice("BCONNECT_LOG_LEVEL", "warning", LOG_LEVELS).upper()}
        for name in ("bconnect", "robaws", "django-q")
    },
}

BCONNECT_SETTINGS, BCONNECT_UNKNOWN_SETTINGS = list(env.asked), env.unknown()
