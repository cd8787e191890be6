"""The numbers for Prometheus. All of them stand in the database, so every web process answers alike."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bconnect.customers.models import Customer
from bconnect.jobs import pause, queue, tick
from bconnect.jobs.models import ScheduledJob
from bconnect.sync.models import Conflict, QuarantinedRecord, RequestLimit, SyncRun
from bconnect.webhooks.models import OPEN, Delivery

RUNS_OF = timedelta(days=7)


def exposition(now: datetime) -> bytes:
    """Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Numbers(now))
    return generate_latest(registry)


def collected(now: datetime) -> list[GaugeMetricFamily]:
    """Every metric with its samples."""
    return list(_Numbers(now).collect())


class _Numbers(Collector):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # or registering would ask the database

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._runs()
        yield from self._events()
        yield from self._waiting()
        yield from self._requests()
        yield from self._jobs()

    def _runs(self) -> Iterator[GaugeMetricFamily]:
        runs = _gauge("sync_runs", "Runs of the last 7 days, by kind and state.", "kind", "status")
        requests = _gauge("sync_requests", "Requests of the runs of the last 7 days, by kind.", "kind")
        recent = SyncRun.objects.filter(started_at__gte=self._now - RUNS_OF).order_by()
        for kind, status, number in recent.values_list("kind", "status").annotate(n=Count("pk")):
            runs.add_metric([kind, status], number)
        totals: dict[str, int] = {}
        for kind, number in recent.values_list("kind", "requests"):
            totals[kind] = totals.get(kind, 0) + number
        for kind, number in totals.items():
            requests.add_metric([kind], number)
        last = _gauge("last_complete_pull_timestamp_seconds", "When the last complete pull ended.")
        ended_at = SyncRun.objects.exclude(watermark=None).order_by("-id").values_list("finished_at", flat=True).first()
        if ended_at:
            last.add_metric([], ended_at.timestamp())
        yield from (runs, requests, last)

    def _events(self) -> Iterator[GaugeMetricFamily]:
        events = _gauge("webhook_events", "Webhook calls that are kept, by state.", "status")
        for status, number in Delivery.objects.order_by().values_list("status").annotate(n=Count("pk")):
            events.add_metric([status], number)
        oldest = Delivery.objects.filter(status__in=OPEN).aggregate(at=Min("received_at"))["at"]
        yield events
        yield self._age("webhook_oldest_unprocessed_seconds", "Age of the oldest event not applied yet.", oldest)

    def _waiting(self) -> Iterator[GaugeMetricFamily]:
        pending = Customer.objects.pending().aggregate(n=Count("pk"), oldest=Min("updated_at"))
        yield _number("pending_edits", "Customers with an edit that Robaws has not got.", pending["n"])
        yield self._age("oldest_pending_edit_seconds", "Age of the oldest of these edits.", pending["oldest"])
        yield _number("conflicts_open", "Conflicts to decide.", Conflict.objects.filter(resolved_at=None).count())
        yield _number("records_quarantined", "Records that could not be taken in.", QuarantinedRecord.objects.count())
        yield _number("customers", "Customers known to Robaws.", Customer.objects.known_to_robaws().count())

    def _requests(self) -> Iterator[GaugeMetricFamily]:
        left = _gauge("quota_remaining", "Requests left of the day's quota, where it is known.", "mode")
        now_s = self._now.timestamp()
        for limit in RequestLimit.objects.filter(tenant=settings.ROBAWS_BASE_URL):
            if limit.live_remaining is not None and (limit.live_resets_at or 0) > now_s:
                left.add_metric(["live"], limit.live_remaining)
            if limit.replica_remaining is not None and (limit.replica_resets_at or 0) > now_s:
                left.add_metric(["replica"], limit.replica_remaining)
        yield left

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        ended = _gauge("job_last_end_timestamp_seconds", "When a scheduled job last ended.", "job", "outcome")
        for job in ScheduledJob.objects.filter(~Q(outcome=""), finished_at__isnull=False):
            if job.finished_at is not None:
                ended.add_metric([job.name, job.outcome], job.finished_at.timestamp())
        yield ended
        yield _number("jobs_queued", "Jobs that wait or are at work.", queue.waiting())
        yield _number("paused", "1 while outgoing writes are held.", int(pause.is_paused()))
        yield self._age("schedule_last_look_seconds", "Since when no worker looked at the schedule.", tick.last_tick())

    def _age(self, name: str, about: str, since: datetime | None) -> GaugeMetricFamily:
        """0 where there is none, so that an alert needs no second condition."""
        return _number(name, about, max(0.0, (self._now - since).total_seconds()) if since else 0)


def _gauge(name: str, about: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"bconnect_{name}", about, labels=labels)


def _number(name: str, about: str, value: float) -> GaugeMetricFamily:
    gauge = _gauge(name, about)
    gauge.add_metric([], value)
    return gauge
