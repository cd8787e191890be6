from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "bconnect.sync"
    label = "sync"

    def ready(self) -> None:
        from bconnect.customers import references, traces
        from bconnect.sync.known_as import merged_ids
        from bconnect.sync.traces import TRACES

        references.register_other_ids(merged_ids)
        traces.register(*TRACES)
