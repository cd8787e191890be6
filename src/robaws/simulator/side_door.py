"""For acceptance tests in another process: to be the person in Robaws, to set faults, to read the counters.

Only under `/_simulator/`, only for callers on this machine, without a login; not part of Robaws.
"""

from typing import Any

from robaws.simulator.api import SimulatedRobaws
from robaws.simulator.faults import Faults
from robaws.simulator.messages import Problem, Request, Response, json_response

PREFIX = "/_simulator/"
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_NOTHING_HERE = Problem(404, "There is nothing at this path")


class SideDoor:
    """Answers under the prefix, hands everything else on."""

    def __init__(self, simulated: SimulatedRobaws) -> None:
        self._simulated, self._tenant = simulated, simulated.tenant

    def handle(self, request: Request) -> Response:
        if not request.path.startswith(PREFIX):
            return self._simulated.handle(request)
        if not request.peer.startswith(_LOOPBACK):
            return _NOTHING_HERE.response(request.path)
        try:
            return self._routed(request)
        except Problem as problem:
            return problem.response(request.path)
        except ValueError as error:
            return Problem(400, str(error)).response(request.path)

    def _routed(self, request: Request) -> Response:
        room, _, name = request.path.removeprefix(PREFIX).partition("/")
        match request.method, room, bool(name):
            case "GET", "stats", False:
                return json_response(200, self._stats())
            case "DELETE", "stats", False:
                self._tenant.stats.reset()
                return Response(204)
            case _, "faults", False:
                return self._faults(request)
            case _, "clients", False:
                return self._clients(request)
            case _, "clients", True:
                return self._client(request, name)
        raise _NOTHING_HERE

    def _stats(self) -> dict[str, Any]:
        tenant = self._tenant
        shown = {"clients": len(tenant.clients), "webhooks": tenant.webhooks.snapshot()}
        return {**tenant.stats.snapshot(), **shown, "limits": tenant.gate.snapshot()}

    def _faults(self, request: Request) -> Response:
        """PUT `{"rules": ["500@0.02"], "seed": 7, "latency_ms": 150}`; DELETE ends them all."""
        match request.method:
            case "PUT":
                self._simulated.faults = _faults(request.json())
            case "DELETE":
                self._simulated.faults = Faults()
            case "GET":
                pass
            case _:
                raise Problem(405, "Method not allowed", Allow="GET, PUT, DELETE")
        return json_response(200, self._simulated.faults.snapshot())

    def _clients(self, request: Request) -> Response:
        if request.method == "GET":
            return json_response(200, {"ids": list(self._tenant.clients)})
        if request.method == "POST":
            new_id = self._tenant.add(_object(request))
            return json_response(201, self._tenant.clients[new_id])
        raise Problem(405, "Method not allowed", Allow="GET, POST")

    def _client(self, request: Request, client_id: str) -> Response:
        try:
            match request.method:
                case "GET":
                    return json_response(200, self._tenant.clients[client_id])
                case "PATCH":
                    return json_response(200, self._tenant.edit(client_id, _object(request)))
                case "DELETE":
                    self._tenant.remove(client_id)
                    return Response(204)
        except KeyError as error:
            raise Problem(404, f"There is no client with id {client_id}") from error
        raise Problem(405, "Method not allowed", Allow="GET, PATCH, DELETE")


def _object(request: Request) -> dict[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise Problem(400, "The body must be a JSON object")
    return body


def _faults(wanted: Any) -> Faults:
    if not isinstance(wanted, dict) or not isinstance(wanted.get("rules", []), list):
        raise Problem(400, "Faults are an object with rules, seed, latency_ms and jitter_ms")
    latency_ms, jitter_ms = _number(wanted, "latency_ms"), _number(wanted, "jitter_ms")
    rules = map(str, wanted.get("rules", []))
    return Faults(*rules, seed=int(_number(wanted, "seed")), latency_ms=latency_ms, jitter_ms=jitter_ms)


def _number(wanted: dict[str, Any], name: str) -> float:
    value = wanted.get(name, 0)
    if not isinstance(value, int | float):
        raise Problem(400, f"{name} must be a number, not {value!r}")
    return value
