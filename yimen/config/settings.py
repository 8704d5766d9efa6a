"""Settings of Yimen. What a centre may want to change comes from the environment (YIMEN_...) or
from `config.toml` in the data folder; the rest is fixed here."""

from __future__ import annotations

import os
import warnings
from importlib.util import find_spec
from typing import Any

from django.utils.translation import gettext_lazy as _

from yimen.config import folders, secrets
from yimen.config.database import databases
from yimen.config.options import demo, own_word, setting
from yimen.lib.spans import Span, Unit

ROOT = folders.ROOT
VAR = folders.var()
DATA = folders.data()
# jieba asks setuptools for something deprecated; nobody at a terminal can do anything about it.
warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
# Static files are found in the houses; a collected folder is there only where somebody made one.
warnings.filterwarnings("ignore", message="No directory at")
TESTING = os.environ.get("YIMEN_TESTING") == "1"

# A laptop makes its own keys at the first start; a server with DATABASE_URL waits for `yimen init`,
# because new keys in front of old data would hide that the real ones are lost.
if secrets.may_create(VAR):
    secrets.create(VAR)
_keys = secrets.load(VAR)
SECRET_KEY = _keys.secret_key or secrets.make().secret_key
YIMEN_KEYS = _keys.people
YIMEN_BLIND_KEY = _keys.blind
# A key file is looked at while the site runs; keys of the environment stay as they were.
YIMEN_KEYS_NOW = None if secrets.from_environment() or not _keys.people else secrets.Watched(VAR)

DEBUG = bool(setting("debug", False))
SITE_URL: str = setting("site_url", f"http://localhost:{os.environ.get('PORT', '8000')}")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS: list[str] = setting("hosts", ["localhost", "127.0.0.1", "[::1]"])
if TESTING:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []

HOUSES = [
    "pages", "reports", "bridges", "supervision", "associations", "counters", "homeservice", "hotline",
    "intake", "feedback", "knowledge", "cases", "contacts", "custody", "matters", "bookings", "directory",
    "workforce", "notices", "phone", "printing", "bodies", "people", "places", "clock", "files",
    "ledger", "look",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "procrastinate.contrib.django",
    "django_htmx",
    "ninja",
    "yimen.config",
    *[f"yimen.{house}" for house in HOUSES],
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yimen.config.http.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "yimen.look.sessions.SessionLimitsMiddleware",
    "yimen.look.scrub.ScrubMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yimen.bodies.middleware.ActorMiddleware",
    "yimen.look.problems.ProblemMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "yimen.ledger.readonly.ReadOnlyMiddleware",
]


def _exists(dotted: str) -> bool:
    try:
        return find_spec(dotted.rsplit(".", 1)[0]) is not None
    except ModuleNotFoundError:
        return False


MIDDLEWARE = [name for name in MIDDLEWARE if _exists(name)]

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ROOT_URLCONF = "yimen.config.urls"
WSGI_APPLICATION = "yimen.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- language and time -------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
# lib is no app, so Django has to be told where its English lies.
LOCALE_PATHS = [ROOT / "yimen" / "lib" / "locale"]

# --- store -------------------------------------------------------------------------------------
# Tests keep no pool: a pooled connection would hold the test database open when it is dropped.
DATABASES = databases(VAR, pool=not TESTING)
DATABASE_ROUTERS = ["yimen.config.database.JournalRouter"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- signing in --------------------------------------------------------------------------------
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:arrive"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "yimen.people.signing.ResidentAdapter"
# Is this a demonstration? Then a banner says so on every page.
YIMEN_DEMO = demo()
# May residents open an account on the web?
YIMEN_SIGNUP: bool = setting("signup", YIMEN_DEMO)
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_DISPLAY = "yimen.people.signing.display"  # what the person reads, not the user name
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "signup": "10/m/ip"}
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = setting("trusted_proxies", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Yimen"
MFA_FORMS = {"add_webauthn": "yimen.look.key_form.AddKeyForm"}
MFA_ADAPTER = "yimen.look.second_factor.Adapter"
# Browsers treat http://localhost as secure; every other name needs https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ADAPTER = setting("socialaccount_adapter", "yimen.people.signing.CityAdapter")
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_REQUIRED = False
# A city's identity service: [[oidc]] provider_id, name, client_id, secret, settings.server_url
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": setting("oidc", [])}
}

# Addresses that write although they are asked for by GET (docs/decisions/0007).
YIMEN_WRITES_ON_GET = {
    "openid_connect_callback",  # the way back from a city's identity service
    "mfa_view_recovery_codes",  # a look at one's spare codes is noted
    "mfa_download_recovery_codes",
}
# Where a resident finds the own cases, once the account is joined to a record (name of an address).
YIMEN_BOUND_TO = "cases:mine"

# --- background work ---------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "yimen.config.worker.register"

# --- what a browser is told --------------------------------------------------------------------
# A sign-in ends after so long without a click, and so long after it began; what shows or carries
# away personal data asks for password or code again after so many minutes.
YIMEN_SESSION_IDLE_MINUTES: int = setting("session_idle_minutes", 60)
YIMEN_SESSION_HOURS: int = setting("session_hours", 12)
YIMEN_STEP_UP_MINUTES: int = setting("step_up_minutes", 15)
ACCOUNT_REAUTHENTICATION_TIMEOUT = YIMEN_STEP_UP_MINUTES * 60
SESSION_COOKIE_AGE = YIMEN_SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = HTTPS
if HTTPS:  # the prefix binds a cookie to this very host, its whole path and https
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and bool(setting("hsts_subdomains", True))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "yimen.look.problems.csrf_failure"
NINJA_PAGINATION_PER_PAGE = 50

# --- records of the program itself: no personal data, no query strings --------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "yimen.config.logs.Scrub"}},
    "formatters": {
        "plain": {
            "()": "yimen.config.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["scrub"],
            "formatter": "plain",
        }
    },
    "root": {"handlers": ["console"], "level": setting("log_level", "WARNING")},
    "loggers": {
        "yimen": {"level": "INFO"},
        # the test telephone's libraries name callers' addresses
        "aiosipua": {"level": "CRITICAL"},
        "aiortp": {"level": "CRITICAL"},
        "psycopg.pool": {"level": "ERROR"},  # what it warns of, the caller says better
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
    },
}

# --- the product's own sockets -----------------------------------------------------------------
# Kinds of case by short key. A new kind is one line here.
YIMEN_KINDS = {
    "application": "yimen.intake.kinds.Application",
    "group_filing": "yimen.associations.kinds.GroupFiling",
    "request": "yimen.hotline.kinds.Request",
    "urgent_request": "yimen.hotline.kinds.UrgentRequest",
}
# Who can say how a stream should end and what it should say: stream prefix -> dotted module.
YIMEN_WITNESSES = {"case:": "yimen.cases.fold", "ticket:": "yimen.counters.fold"}
# Who knows the visits to a hall that are rated: a module with by_secret, of_ref and served.
YIMEN_RATED_VISITS = "yimen.counters.rated"
# What coming to a booking means, by the kind of its resource: `(booking, *, by, at) -> {name: value}`.
YIMEN_ARRIVALS = {"desk": "yimen.counters.api.checked_in"}
# Outgoing channels: which adapter sends. The demonstration's writes to /desk/outbox/ only.
YIMEN_CHANNELS: dict[str, str] = setting(
    "channels", dict.fromkeys(["sms", "email", "wechat"], "yimen.notices.channels.demo.Demo")
)
# For yimen.notices.channels.gateway.SmsGateway: url, secret, sign (sender name), deadline_s.
YIMEN_SMS_GATEWAY: dict[str, Any] = setting(
    "sms_gateway", {"secret": own_word("sms")} if demo() else {}
)
# How long a resident has to bring what a supplement notice asks for (no law sets it).
YIMEN_SUPPLEMENT_TERM = Span(int(setting("supplement_days", 15)), Unit.WORKING_DAYS)
# Errands (work after the act, see ledger.actions.queue) by short key.
YIMEN_ERRANDS: dict[str, str] = {
    "cases.papers": "yimen.cases.actions.papers.work",
    "bridges.deliver": "yimen.bridges.actions.deliver",
    "bridges.answer": "yimen.bridges.actions.deliver_answer",
    "cases.remind_renewal": "yimen.cases.errands.remind_renewal",
    "notices.send": "yimen.notices.errands.send",
    "notices.spread": "yimen.notices.errands.spread",
    "custody.order": "yimen.custody.errands.order",
    "counters.paper": "yimen.counters.errands.paper",
}
# Ticks: what time does. name -> (dotted path of (now) -> count, cron expression)
YIMEN_TICKS: dict[str, tuple[str, str]] = {
    "bridges.events": ("yimen.bridges.ticks.events", "* * * * *"),
    "bridges.answers": ("yimen.bridges.ticks.answers", "* * * * *"),
    "bridges.order_clocks": ("yimen.bridges.ticks.order_clocks", "*/10 * * * *"),
    "bridges.no_answer": ("yimen.bridges.ticks.no_answer", "15 9 * * *"),
    "reports.daily": ("yimen.reports.ticks.daily", "10 * * * *"),
    "ledger.errands": ("yimen.ledger.ticks.errands", "* * * * *"),
    "custody.overdue": ("yimen.custody.ticks.overdue", "*/5 * * * *"),
    "custody.couriers": ("yimen.custody.ticks.couriers", "*/10 * * * *"),
    "people.retention": ("yimen.people.ticks.retention", "30 2 * * *"),
    "files.sweep": ("yimen.files.ticks.sweep", "20 3 * * *"),
    "files.scan": ("yimen.files.ticks.scan", "*/10 * * * *"),
    "ledger.roots": ("yimen.ledger.ticks.roots", "5 0 * * *"),
    "cases.sweep": ("yimen.cases.ticks.sweep", "* * * * *"),
    "cases.recompute": ("yimen.cases.ticks.recompute", "*/5 * * * *"),
    "intake.keys": ("yimen.intake.ticks.keys", "30 3 * * *"),
    "intake.drafts": ("yimen.intake.ticks.drafts", "40 3 * * *"),
    "cases.expiries": ("yimen.cases.ticks.expiries", "20 0 * * *"),
    "bookings.closed": ("yimen.bookings.ticks.closed", "*/10 * * * *"),
    "bookings.remind": ("yimen.bookings.ticks.remind", "*/10 8-20 * * *"),
    "bookings.missed": ("yimen.bookings.ticks.missed", "*/10 * * * *"),
    "counters.nearly": ("yimen.counters.ticks.nearly", "* * * * *"),
    "counters.daily": ("yimen.counters.ticks.daily", "20 0 * * *"),
    "counters.midnight": ("yimen.counters.ticks.midnight", "*/10 * * * *"),
    "cases.renewals": ("yimen.cases.ticks.renewals", "0 9 * * *"),
    "phone.cut": ("yimen.phone.ticks.cut", "*/10 * * * *"),
    "notices.sweep": ("yimen.notices.ticks.sweep", "*/15 * * * *"),
    "contacts.bounce": ("yimen.contacts.ticks.bounce", "* * * * *"),
    "hotline.transfers": ("yimen.hotline.ticks.transfers", "* * * * *"),
    "hotline.dispatches": ("yimen.hotline.ticks.dispatches", "* * * * *"),
    "hotline.events": ("yimen.hotline.ticks.events", "*/5 * * * *"),
    "hotline.calls_back": ("yimen.hotline.ticks.calls_back", "*/10 * * * *"),
    "hotline.holes": ("yimen.hotline.ticks.holes", "5 * * * *"),
    "hotline.lost": ("yimen.hotline.ticks.lost", "*/5 * * * *"),
    "hotline.recordings": ("yimen.hotline.ticks.recordings", "50 3 * * *"),
    "directory.lapse": ("yimen.directory.ticks.lapse", "15 0 * * *"),
    "directory.forget": ("yimen.directory.ticks.forget", "45 3 * * *"),
    "homeservice.remind": ("yimen.homeservice.ticks.remind", "*/10 8-20 * * *"),
    "homeservice.midnight": ("yimen.homeservice.ticks.midnight", "*/10 * * * *"),
    "workforce.contracts": ("yimen.workforce.ticks.contracts", "20 8 * * *"),
    "workforce.certificates": ("yimen.workforce.ticks.certificates", "25 8 * * *"),
    "workforce.facilities": ("yimen.workforce.ticks.facilities", "0 10 * * *"),
    "workforce.gaps": ("yimen.workforce.ticks.gaps", "30 8 * * *"),
    "knowledge.reviews": ("yimen.knowledge.ticks.reviews", "40 8 * * *"),
    "knowledge.articles": ("yimen.knowledge.ticks.articles_due", "35 8 * * *"),
    "matters.unanswered": ("yimen.matters.ticks.unanswered", "35 8 * * 1"),
    "supervision.shown": ("yimen.supervision.ticks.shown", "5 * * * *"),
    "supervision.late": ("yimen.supervision.ticks.late", "50 8 * * *"),
    "supervision.measures": ("yimen.supervision.ticks.measures", "45 8 * * *"),
    "feedback.invitations": ("yimen.feedback.ticks.invitations", "3-59/10 * * * *"),
    "feedback.follow_ups": ("yimen.feedback.ticks.follow_ups", "*/5 * * * *"),
}
# What `yimen import WHAT PATH...` can load: what -> (dotted path, one line of help).
# A loader is `load(*paths: Path, say: Callable[[str], None]) -> int` and says how far it is.
YIMEN_LOADERS: dict[str, tuple[str, Any]] = {
    "places": ("yimen.places.loaders.load", _("区、街道、居村委会和服务点")),
    "addresses": ("yimen.places.loaders.addresses", _("门牌地址和它们的居村委会")),
    "calendars": ("yimen.clock.loaders.load", _("工作日历")),
    "matters": ("yimen.matters.loaders.load", _("事项目录")),
    "halls": ("yimen.counters.loaders.load", _("大厅的服务台和窗口")),
    "laws": ("yimen.knowledge.loaders.load", _("法规公报")),
    "streets": ("yimen.places.osm.load", _("地图的路网（OpenStreetMap）")),
    "benchmark": ("yimen.supervision.loaders.load", _("质量绩效标杆")),
    "requests": ("yimen.hotline.moving.requests", _("其他系统的求助（CSV，要 --mapping 对照表）")),
}
# `yimen import demo`: the whole demo community, once, in this order.
YIMEN_DEMO_LOADERS = [
    "yimen.places.loaders.demo",
    "yimen.clock.loaders.demo",
    "yimen.people.loaders.demo",
    "yimen.bodies.loaders.demo",
    "yimen.workforce.loaders.demo",
    "yimen.directory.loaders.demo",
    "yimen.matters.loaders.demo",
    "yimen.knowledge.loaders.demo",
    "yimen.counters.loaders.demo",
    "yimen.intake.loaders.demo",
    "yimen.contacts.loaders.demo",
    "yimen.hotline.duty_loaders.demo",
    "yimen.hotline.loaders.demo",
    "yimen.supervision.loaders.demo",
    "yimen.homeservice.loaders.demo",
    "yimen.bridges.loaders.demo",
    "yimen.reports.loaders.demo",
]
YIMEN_METRICS_TOKEN: str = setting("metrics_token", "")

# --- what pages show ---------------------------------------------------------------------------
# Everyday matters on the front page, by code.
YIMEN_POPULAR: list[str] = setting(
    "popular",
    [
        "social-card-006", "social-card-001", "household-registration-001", "public-security-001",
        "medical-insurance-001", "medical-insurance-007", "civil-affairs-009", "employment-001",
        "civil-affairs-001", "housing-005",
    ],
)  # fmt: skip
# The desk's menu: dotted names of lists of look.navigation.Entry, one per house.
YIMEN_NAVIGATION: list[str] = [
    "yimen.intake.navigation.DESK",
    "yimen.counters.navigation.DESK",
    "yimen.homeservice.navigation.DESK",
    "yimen.bookings.navigation.DESK",
    "yimen.cases.navigation.DESK",
    "yimen.custody.navigation.DESK",
    "yimen.hotline.navigation.DESK",
    "yimen.directory.navigation.DESK",
    "yimen.workforce.navigation.DESK",
    "yimen.bodies.navigation.DESK",
    "yimen.people.navigation.DESK",
    "yimen.clock.navigation.DESK",
    "yimen.matters.navigation.DESK",
    "yimen.knowledge.navigation.DESK",
    "yimen.notices.navigation.DESK",
    "yimen.contacts.navigation.DESK",
    "yimen.phone.navigation.DESK",
    "yimen.feedback.navigation.DESK",
    "yimen.supervision.navigation.DESK",
    "yimen.reports.navigation.DESK",
    "yimen.bridges.navigation.DESK",
]
# The search over everything: dotted names of (actor, text) -> list of hits, one per house.
YIMEN_SEARCH: list[str] = [
    "yimen.cases.navigation.search",
    "yimen.matters.finding.find",
    "yimen.people.hits.people",
    "yimen.knowledge.articles.find",
    "yimen.directory.hits.find",
]
# Answers beside matters, on the public search and while a question is answered: dotted name of
# (question) -> list of hits.
YIMEN_ANSWERS: str = "yimen.knowledge.articles.answers"
# What somebody who runs or watches a whole street must not come across all the same: dotted names
# of (actor) -> query of numbers. A body never learns of a case that complains of it.
YIMEN_HIDDEN: list[str] = [
    "yimen.cases.queries.hidden_from", "yimen.supervision.complaints.hidden_from",
]  # fmt: skip
# Where sealed values lie: dotted names of lists of lib.crypto.SealedColumn, one per house. A test
# finds every sealed value in a full database and compares.
YIMEN_SEALED: list[str] = [
    "yimen.look.second_factor.SEALED",
    "yimen.people.sealed.SEALED",
    "yimen.cases.models.SEALED",
    "yimen.bridges.models.SEALED",
    "yimen.intake.models.SEALED",
]
# From which seat of which body somebody looked: dotted name of (appointments) -> {id: text}.
YIMEN_SEATS_HELD: str = "yimen.bodies.queries.seats_held"
# Who holds words about persons: what must stay, what goes (people.retention.Holder).
YIMEN_HOLDERS: list[str] = [
    "yimen.cases.actions.erase.HOLDER",
    "yimen.contacts.actions.erasing.HOLDER",
    "yimen.notices.actions.erasing.HOLDER",
    "yimen.feedback.actions.erasing.HOLDER",
    "yimen.supervision.actions.erasing.HOLDER",
    "yimen.intake.actions.erasing.HOLDER",
    "yimen.counters.actions.erasing.HOLDER",
    "yimen.bookings.actions.erasing.HOLDER",
    "yimen.directory.actions.erasing.HOLDER",
    "yimen.hotline.actions.erasing.HOLDER",
    "yimen.bridges.actions.erasing.HOLDER",
    "yimen.homeservice.actions.erasing.HOLDER",
]
# How long it is kept: years by the codes of the file, where a centre's own terms differ.
YIMEN_RETENTION: dict[str, int] = setting("retention", {})
YIMEN_RETENTION_FILE = str(DATA / "retention.json")
# By which seats somebody is here, in words: dotted name of (actor) -> list of text.
YIMEN_SEATS: str = "yimen.bodies.queries.seats_of_actor"

# --- the hall, its rosters, its telephone -------------------------------------------------------
from yimen.config.hall import *  # noqa: E402, F403

# --- paper and files ---------------------------------------------------------------------------
# Folders with further fonts for printing, for characters that the shipped one has not.
YIMEN_FONT_DIRS: list[str] = setting("font_dirs", [])
# Images of the seals, one SVG a body.
YIMEN_SEALS: str = setting("seals", str(DATA / "seals"))
YIMEN_FILES: str = setting("files", str(VAR / "files"))
YIMEN_FILE_MAX_MB: int = setting("file_max_mb", 20)
# A virus scanner's socket: unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310; "" for none.
YIMEN_CLAMD: str = setting("clamd", "")
# A paper sent and not scanned on arrival for this long (working hours) is on somebody's list.
YIMEN_CUSTODY_HOURS: int = setting("custody_hours", 4)
# The courier: a class of yimen/custody/couriers.py or one's own.
YIMEN_COURIER: str = setting(
    "courier",
    "yimen.custody.couriers.Demonstration" if YIMEN_DEMO else "yimen.custody.couriers.ByHand",
)
# Whom a delivered parcel concerns above: dotted names of (parcel, at=...), called in the same act.
YIMEN_PARCEL_DELIVERED: list[str] = ["yimen.cases.actions.papers.parcel_delivered"]
# Whom it concerns above that a visit in somebody's turn was handed in: dotted names of
# (turn, numbers, matters, by=..., at=...), called in the same act.
YIMEN_VISIT_SENT: list[str] = ["yimen.counters.actions.visit_sent"]
# Whom it concerns above that a draft was handed in: dotted names of (draft, numbers, by=..., at=...),
# called in the same act.
YIMEN_DRAFT_SENT: list[str] = ["yimen.homeservice.actions.draft_sent"]
# What else an applicant may have: dotted names of (applicant, day) -> intake.offers.Offer or None.
YIMEN_OFFERS: list[str] = ["yimen.homeservice.offer.offer"]
