from django.apps import AppConfig


class IntakesConfig(AppConfig):
    name = "bconnect.intakes"
    label = "intakes"

    def ready(self) -> None:
        from bconnect.customers import references, traces
        from bconnect.intakes.models import Intake
        from bconnect.intakes.traces import TRACES

        references.register(Intake, "robaws_client_id")
        traces.register(*TRACES)
