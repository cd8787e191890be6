"""Robaws: the login, its rights, the quota, the clock, the role field and the form of PATCH."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from bconnect.jobs.pause import PausedError
from bconnect.operations.doctor.finding import Finding, fail, ok, warn
from bconnect.sync import gateway, probe
from bconnect.sync.probe import RoleSeen
from robaws.client import Page, PatchForm, RobawsClient
from robaws.errors import LoginRefused, QuotaSpent, RobawsError
from robaws.records import Record

CLOCK_MAY_DIFFER_S = 30
CLOCK_MUST_NOT_DIFFER_S = 300
"""Webhook signatures further off are refused."""
OTHERS_SHOWN = 8


class RobawsSide:
    """Looks with one client; `endpoints` are the webhooks that Robaws lists, None where it could not be asked."""

    def __init__(self, client: RobawsClient, try_patch: str | None = None) -> None:
        self._client, self._try_patch = client, try_patch
        self.endpoints: list[Record] | None = None
        self.unreachable = ""

    def look(self) -> Iterator[Finding]:
        before = timezone.now()
        try:
            page = probe.ask_live(self._client)
        except RobawsError as error:
            self.unreachable = str(error)
            yield _refused(error)
            yield warn("Robaws", "rights, quota, role field, PATCH and clock were not looked at", "see the line above")
            return
        yield ok("login", f"{settings.ROBAWS_BASE_URL} answers, and lists clients{_total(page)}")
        yield _clock(page, before, timezone.now())
        yield self._webhook_right()
        yield self._role()
        yield self._patch()
        yield from _quota()

    def _webhook_right(self) -> Finding:
        try:
            self.endpoints = self._client.list_webhook_endpoints()
        except LoginRefused as error:
            self.unreachable = str(error)
            cure = "let an admin user of Robaws register them, or give this user that right; pulls and pushes go on"
            return warn("rights", "this user may not see or register webhooks (Robaws lets admin users only)", cure)
        except RobawsError as error:
            self.unreachable = str(error)
            return warn("rights", f"the webhooks could not be listed: {error}", "run it again later")
        return ok("rights", "clients can be read, webhooks can be registered; writing shows with the first push")

    def _role(self) -> Finding:
        try:
            page = probe.newest_page(self._client)
        except RobawsError as error:
            return fail("role field", f"the replica does not answer: {error}", "pulls need it: run this again later")
        return _role_finding(probe.role_seen(page.items, gateway.tenant()))

    def _patch(self) -> Finding:
        known = probe.known_patch_form(gateway.tenant_key())
        if self._try_patch:
            try:
                known = probe.try_patch(self._client, self._try_patch)
            except PausedError as paused:
                return fail("PATCH", f"it was not tried: {paused}", "run this again when writing goes on")
            except RobawsError as error:
                return fail("PATCH", f"client {self._try_patch} can't be changed: {error}", "see the message")
        if known is None:
            text = "which form of PATCH this tenant takes is not known yet"
            return ok("PATCH", f"{text}: the first push finds out, or --try-patch ID does without a change")
        if known is PatchForm.JSON_PATCH:
            return ok("PATCH", f"{known.value}: Robaws itself refuses a change on old knowledge")
        return ok(
            "PATCH", f"{known.value}: works; an edit in Robaws between read and write (one round trip) is not seen"
        )


def _refused(error: RobawsError) -> Finding:
    if isinstance(error, LoginRefused):
        cure = "compare key and secret (or the OAuth2 settings) with Robaws; the user needs the right to read clients"
        return fail("login", f"Robaws refuses the login ({error.status})", cure)
    if isinstance(error, QuotaSpent):
        return fail("quota", str(error), "nothing else is wrong; a full run goes on where it stopped")
    cure = f"is {settings.ROBAWS_BASE_URL} right, and reachable from this machine (firewall, proxy)?"
    return fail("login", str(error), cure)


def _total(page: Page) -> str:
    return "" if page.total_items is None else f" ({page.total_items:,} of them)"


def _clock(page: Page, before: datetime, after: datetime) -> Finding:
    ahead_s = probe.clock_ahead_s(page, before, after)
    if ahead_s is None:
        return ok("clock", "Robaws tells no time; nothing to compare with")
    text = f"this machine's clock is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'} Robaws'"
    cure = "set it by NTP (timedatectl set-ntp true)"
    if abs(ahead_s) >= CLOCK_MUST_NOT_DIFFER_S:
        return fail("clock", f"{text}: every webhook is refused as stale", cure)
    if abs(ahead_s) >= CLOCK_MAY_DIFFER_S:
        return warn("clock", text, cure)
    return ok("clock", "agrees with Robaws'")


def _role_finding(seen: RoleSeen) -> Finding:
    about, name = "role field", settings.ROBAWS_ROLE_FIELD
    if not seen.looked_at:
        return warn(about, "there is no client to look at", "create one in Robaws with a role")
    if seen.found:
        how = " and ".join(
            word for word, n in ((f"by the name {name!r}", seen.by_name), ("by its GUID", seen.by_guid)) if n
        )
        text = f"found {how} in {seen.found} of the {seen.looked_at} clients changed last, filled in {seen.filled}"
        return ok(about, text)
    others = ", ".join(name for name, _ in seen.others.most_common(OTHERS_SHOWN)) or "none at all"
    text = f"{name!r} is in none of the {seen.looked_at} clients changed last; their custom fields: {others}"
    cure = "put the right name into ROBAWS_ROLE_FIELD, or its GUID into ROBAWS_ROLE_FIELD_ID"
    return warn(about, text, cure)


def _quota() -> Iterator[Finding]:
    left = probe.quota(gateway.tenant_key())
    told = ", ".join(f"{n:,} {mode}" for mode, n in (("live", left.live), ("replica", left.replica)) if n is not None)
    if not told:
        yield ok("quota", "Robaws tells none")
        return
    least = min(n for n in (left.live, left.replica) if n is not None)
    text = f"{told} requests left today, of which {settings.ROBAWS_DAILY_RESERVE:,} are kept for others"
    if least <= settings.ROBAWS_DAILY_RESERVE:
        yield fail("quota", text, "wait for the next day, or lower ROBAWS_DAILY_RESERVE")
    elif least < settings.BCONNECT_ALERT_QUOTA_BELOW:
        yield warn("quota", text, "see which program uses them; webhooks cost none, full runs one per 100 clients")
    else:
        yield ok("quota", text)
