"""The endpoints under `/api/v2/clients`: list, read, create, replace, patch, delete.

Sources: Robaws, "API filtering, paging & sorting" and "Updating information (PUT vs PATCH)".
"""

from typing import Any

from robaws.simulator.client_record import blank, rewritten
from robaws.simulator.messages import JsonObject, Mode, Problem, Request, Response, json_response
from robaws.simulator.patch import json_patch, merge_patch
from robaws.simulator.query import LARGEST_PAGE, Query, parse, parse_include
from robaws.simulator.roster import Entry
from robaws.simulator.stamps import stamp
from robaws.simulator.tenant import Tenant

PATH = "/api/v2/clients"
_FORMS = {
    "application/merge-patch+json": "merge",
    "application/json-patch+json": "json",
    "application/json": "plain",
}


def list_clients(tenant: Tenant, request: Request, mode: Mode, largest_page: int = LARGEST_PAGE) -> Response:
    query = parse(request.query, largest_page=largest_page)
    with tenant.lock:
        found = tenant.selection(mode).find(query)
        total, first = len(found), query.page * query.size
        shown = [entry.shown(query.include) for entry in found[first : first + query.size]]
    return json_response(200, b'{"items":[%b],%b}' % (b",".join(shown), _totals(query, total)))


def get_client(tenant: Tenant, request: Request, mode: Mode, client_id: str) -> Response:
    with tenant.lock:
        entry = tenant.selection(mode).roster.get(client_id)
    if entry is None:
        raise _absent(client_id)
    return json_response(200, entry.shown(_include(request)))


def create_client(tenant: Tenant, request: Request) -> Response:
    if request.content_type != "application/json":
        raise Problem(415, f"Content type {request.content_type!r} is not supported here")
    body = request.json()
    with tenant.lock:
        empty = blank(tenant.next_id(), stamp(int(tenant.clock() * 1000)))
        created = _rewritten(tenant, empty, {**empty, **body} if isinstance(body, dict) else body)
        tenant.add(created)
    headers = {"Location": f"{PATH}/{created['id']}"}
    return json_response(201, _shown(created, request), headers)


def replace_client(tenant: Tenant, request: Request, client_id: str) -> Response:
    """PUT: what the body leaves out is emptied."""
    if request.content_type != "application/json":
        raise Problem(415, f"Content type {request.content_type!r} is not supported here")
    body = request.json()
    with tenant.lock:
        old = _live(tenant, client_id)
        changed = tenant.put(old, _rewritten(tenant, old, body))
    return json_response(200, _shown(changed, request))


def patch_client(tenant: Tenant, request: Request, client_id: str) -> Response:
    form = _FORMS.get(request.content_type, "unknown")
    if form not in tenant.patch_forms:
        raise Problem(415, f"Content type {request.content_type!r} is not supported")
    body = request.json()
    with tenant.lock:
        old = _live(tenant, client_id)
        changed = tenant.put(old, _rewritten(tenant, old, _patched(old, form, body)))
    return json_response(200, _shown(changed, request))


def delete_client(tenant: Tenant, client_id: str) -> Response:
    with tenant.lock:
        _live(tenant, client_id)
        tenant.remove(client_id)
    return Response(204)


def _patched(old: JsonObject, form: str, body: Any) -> Any:
    if form == "json":
        return json_patch(Entry(old).record, body)
    if not isinstance(body, dict):
        raise Problem(400, "A change of a client is a JSON object")
    if form == "merge":
        return merge_patch(old, body)
    new, before = {**old, **body}, old.get("extraFields")
    if isinstance(body.get("extraFields"), dict) and isinstance(before, dict):
        # The plain form replaces a nested object whole, but writes only the extra fields that it names.
        new["extraFields"] = before | body["extraFields"]
    return new


def _rewritten(tenant: Tenant, old: JsonObject, new: Any) -> JsonObject:
    return rewritten(old, new, tenant.definitions, refuse_unknown_fields=tenant.refuse_unknown_fields)


def _live(tenant: Tenant, client_id: str) -> JsonObject:
    entry = tenant.selection(Mode.LIVE).roster.get(client_id)
    if entry is None:
        raise _absent(client_id)
    return entry.record


def _absent(client_id: str) -> Problem:
    return Problem(404, f"There is no client with id {client_id}")


def _include(request: Request) -> frozenset[str]:
    return parse_include(dict(request.query).get("include", ""))


def _shown(record: JsonObject, request: Request) -> bytes:
    return Entry(record).shown(_include(request))


def _totals(query: Query, total: int) -> bytes:
    pages = -(-total // query.size)
    return b'"totalItems":%d,"currentPage":%d,"size":%d,"totalPages":%d' % (
        total,
        query.page,
        query.size,
        pages,
    )
