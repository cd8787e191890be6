"""The floor: verify, insert, answer."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from benchmarks.burst.calls import PATH
from benchmarks.peers.doors.event import signed_event
from benchmarks.peers.doors.models import WebhookLog


def receive(request: HttpRequest) -> HttpResponse:
    event = signed_event(request)
    if event is None:
        return JsonResponse({"error": "not signed"}, status=401)
    log = WebhookLog(robaws_id=event["id"], event_type=event["event"], payload=event)
    WebhookLog.objects.bulk_create([log], ignore_conflicts=True)
    return JsonResponse({"status": "accepted"})


urlpatterns = [path(PATH.removeprefix("/"), receive)]
