from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "bconnect.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from bconnect.customers import traces
        from bconnect.webhooks.traces import TRACES

        traces.register(*TRACES)
