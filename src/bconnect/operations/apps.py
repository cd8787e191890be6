from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "bconnect.operations"
    label = "operations"

    def ready(self) -> None:
        from bconnect.customers import traces
        from bconnect.operations.traces import TRACES

        traces.register(*TRACES)
