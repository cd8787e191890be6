"""The plan's way (PLAN.md, phase 4): the customer is written before the answer."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

from benchmarks.burst.calls import PATH
from benchmarks.peers.doors.event import signed_event
from benchmarks.peers.doors.models import WebhookLog
from benchmarks.peers.planned.mapping import row
from benchmarks.peers.planned.models import Customer


def receive(request: HttpRequest) -> HttpResponse:
    event = signed_event(request)
    if event is None:
        return JsonResponse({"error": "not signed"}, status=401)
    log = WebhookLog.objects.create(
        robaws_id=event["id"], event_type=event["event"], payload=event, status="processing"
    )
    client = event["data"]
    Customer.objects.update_or_create(robaws_client_id=client["id"], defaults=row(client))
    log.status, log.processed_at = "processed", timezone.now()
    log.save()
    return JsonResponse({"status": "success"})


urlpatterns = [path(PATH.removeprefix("/"), receive)]
