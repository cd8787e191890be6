"""The web server: gunicorn's own application class, started from a Django process that is already set up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from bconnect.panel.patient_worker import PatientWorker


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and with how many hands. Port 0 takes a free one."""

    host: str
    port: int
    workers: int = 2
    threads: int = 4

    @property
    def bind(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves until SIGTERM (answers what it has begun) or SIGINT (at once), then leaves with status 0.

    `ready` is called once with the address people open.
    """

    def __init__(self, listening: Listening, ready: Callable[[str], None]) -> None:
        self._listening = listening
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self._listening.bind,
            "workers": self._listening.workers,
            "threads": self._listening.threads,
            "worker_class": PatientWorker,
            "proc_name": "bconnect web",
            "loglevel": "warning",
            "graceful_timeout": 10,
            "control_socket_disable": True,
            "when_ready": lambda arbiter: self._ready(_address(arbiter)),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()

    def run(self) -> None:
        connections.close_all()  # a connection does not survive being shared by a fork
        super().run()


def _address(arbiter: Any) -> str:
    host, port, *_ = arbiter.LISTENERS[0].sock.getsockname()
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{reachable}:{port}/"
