from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "bconnect.sync"
    label = "sync"

    def ready(self) -> None:
        from bconnect.customers import traces
        from bconnect.sync.traces import TRACES

        traces.register(*TRACES)
