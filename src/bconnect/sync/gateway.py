"""The way to Robaws: the client and the tenant's particulars, made from the settings."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.conf import settings

from bconnect.sync.limits import DatabaseLimitStore
from bconnect.sync.login import login
from bconnect.sync.mapping import Tenant
from bconnect.sync.reconcile import Policy
from robaws.client import RobawsClient
from robaws.limiter import Limiter
from robaws.transport import Transport

threads = partial(ThreadPoolExecutor, 6, thread_name_prefix="robaws")
"""Makes the threads that speak to Robaws: as many requests are on their way at once."""


def tenant() -> Tenant:
    return Tenant(settings.ROBAWS_ROLE_FIELD, settings.ROBAWS_ROLE_FIELD_ID, settings.BCONNECT_DEFAULT_COUNTRY)


def policy() -> Policy:
    return Policy(settings.ROBAWS_CONFLICT_POLICY, settings.ROBAWS_CONFLICT_POLICY_FIELDS)


def tenant_key() -> str:
    """Under which name this tenant's limits and habits are kept."""
    return str(settings.ROBAWS_BASE_URL)


def open_client() -> RobawsClient:
    """A client that shares its limits with all processes. Raises ImproperlyConfigured without a login."""
    auth = login(tenant_key())
    limiter = Limiter(
        DatabaseLimitStore(tenant_key()),
        requests_per_second=settings.ROBAWS_REQUESTS_PER_SECOND,
        burst=settings.ROBAWS_BURST,
        daily_reserve=settings.ROBAWS_DAILY_RESERVE,
    )
    return RobawsClient(Transport(settings.ROBAWS_BASE_URL, auth, limiter))
