"""The endpoints under `/api/v2/webhook-endpoints`: register, list, remove (Robaws, "Webhooks")."""

from typing import Any
from urllib.parse import urlsplit

from robaws.simulator.messages import JsonObject, Problem, Request, Response, json_response
from robaws.simulator.tenant import Tenant

PATH = "/api/v2/webhook-endpoints"


def list_endpoints(tenant: Tenant) -> Response:
    """Without the secrets: each is shown once, in the answer to its registration."""
    items = [endpoint.shown() for endpoint in tenant.webhooks.endpoints]
    size = max(len(items), 1)
    page: JsonObject = {"items": items, "totalItems": len(items), "currentPage": 0, "size": size}
    return json_response(200, {**page, "totalPages": 1})


def create_endpoint(tenant: Tenant, request: Request) -> Response:
    """The same URL may be registered twice: then every event arrives twice."""
    body = request.json()
    if not isinstance(body, dict):
        raise Problem(400, "A webhook endpoint is a JSON object with url and events")
    problems = _problems(body.get("url"), body.get("events"))
    if problems:
        raise Problem(400, "The webhook endpoint is not valid", problems)
    endpoint = tenant.webhooks.register(body["url"], tuple(body["events"]))
    return json_response(201, {**endpoint.shown(), "secret": endpoint.secret})


def delete_endpoint(tenant: Tenant, endpoint_id: str) -> Response:
    if not tenant.webhooks.unregister(endpoint_id):
        raise Problem(404, f"There is no webhook endpoint with id {endpoint_id}")
    return Response(204)


def _problems(url: Any, events: Any) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not isinstance(url, str) or not _is_web_address(url):
        problems["url"] = "must be an http or https address"
    if not isinstance(events, list) or not events or not all(_is_event(event) for event in events):
        problems["events"] = 'must be a list of events such as "client.updated"'
    return problems


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _is_event(event: Any) -> bool:
    return isinstance(event, str) and all(event.partition("."))
