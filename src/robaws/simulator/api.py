"""The stand-in's core: one request in, one response out. No socket, no sleep; thread-safe."""

from dataclasses import replace
from urllib.parse import unquote

from robaws.simulator import clients_api, endpoints_api
from robaws.simulator.faults import Faults, Strike
from robaws.simulator.limits import Admission
from robaws.simulator.login import TOKEN_PATH, Login
from robaws.simulator.messages import Mode, Problem, Request, Response
from robaws.simulator.rules import Rule
from robaws.simulator.stamps import http_date
from robaws.simulator.tenant import Tenant

_NO_LIMIT = Admission(admitted=True, headers={})
_TOO_MANY = Strike(((Rule("429"), ""),))


class SimulatedRobaws:
    """Answers for `tenant`, with `faults` in the way; `faults` may be exchanged while it runs."""

    def __init__(self, tenant: Tenant, faults: Faults | None = None) -> None:
        self.tenant = tenant
        self._faults = faults or Faults()
        self._login = Login(tenant)

    @property
    def faults(self) -> Faults:
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        before, self._faults = self._faults, faults
        before.over.set()

    def handle(self, request: Request) -> Response:
        faults = self._faults
        mode, admission, delay_s = Mode.LIVE, _NO_LIMIT, faults.latency_s()
        try:
            mode = _mode(request)
            if request.path != TOKEN_PATH:
                self._login.check(request)
                admission = self.tenant.gate.admit(mode)
            strike = faults.strike(request) if admission.admitted else _TOO_MANY
            delay_s += strike.delay_s
            response = self._worked(request, mode, strike)
        except Problem as problem:
            response = problem.response(request.path)
        self.tenant.stats.count(request, mode, response.status, response.breaks)
        headers = {"Date": http_date(self.tenant.clock()), **response.headers, **admission.headers}
        return replace(response, headers=headers, delay_s=delay_s, calm=faults.over)

    def _worked(self, request: Request, mode: Mode, strike: Strike) -> Response:
        """Faults see refusals as well: a 404 can be lost on the way like any other answer."""
        strike.shift(self.tenant)
        response = strike.instead(request.path)
        if response is not None:
            return response
        try:
            response = self._routed(request, mode, strike)
        except Problem as problem:
            response = problem.response(request.path)
        return strike.afterwards(request, response, self.tenant.definitions)

    def _routed(self, request: Request, mode: Mode, strike: Strike) -> Response:
        path = request.path.rstrip("/")
        collection, _, name = path.rpartition("/")
        if path == TOKEN_PATH:
            return self._login.exchange(request)
        if path == clients_api.PATH:
            return self._clients(request, mode, strike)
        if collection == clients_api.PATH:
            return self._client(request, mode, unquote(name))
        if path == endpoints_api.PATH:
            return self._endpoints(request)
        if collection == endpoints_api.PATH:
            return self._endpoint(request, unquote(name))
        raise Problem(404, "There is nothing at this path")

    def _clients(self, request: Request, mode: Mode, strike: Strike) -> Response:
        match request.method:
            case "GET":
                return clients_api.list_clients(self.tenant, request, mode, strike.largest_page)
            case "POST":
                return clients_api.create_client(self.tenant, request)
        raise _not_allowed("GET, POST")

    def _client(self, request: Request, mode: Mode, client_id: str) -> Response:
        match request.method:
            case "GET":
                return clients_api.get_client(self.tenant, request, mode, client_id)
            case "PUT":
                return clients_api.replace_client(self.tenant, request, client_id)
            case "PATCH":
                return clients_api.patch_client(self.tenant, request, client_id)
            case "DELETE":
                return clients_api.delete_client(self.tenant, client_id)
        raise _not_allowed("GET, PUT, PATCH, DELETE")

    def _endpoints(self, request: Request) -> Response:
        match request.method:
            case "GET":
                return endpoints_api.list_endpoints(self.tenant)
            case "POST":
                return endpoints_api.create_endpoint(self.tenant, request)
        raise _not_allowed("GET, POST")

    def _endpoint(self, request: Request, endpoint_id: str) -> Response:
        if request.method == "DELETE":
            return endpoints_api.delete_endpoint(self.tenant, endpoint_id)
        raise _not_allowed("DELETE")


def _mode(request: Request) -> Mode:
    """Raises: Problem 400 for an unknown mode, and for a write on the replica."""
    asked = request.headers.get("database-mode") or dict(request.query).get("database-mode") or "live"
    try:
        mode = Mode(asked.lower())
    except ValueError as error:
        raise Problem(400, f"Unknown database mode {asked!r}") from error
    if mode is Mode.REPLICA and request.method != "GET":
        raise Problem(400, "The replica can only be read")
    return mode


def _not_allowed(allowed: str) -> Problem:
    return Problem(405, "Method not allowed", Allow=allowed)
