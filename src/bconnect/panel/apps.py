from django.apps import AppConfig


class PanelConfig(AppConfig):
    name = "bconnect.panel"
    label = "panel"

    def ready(self) -> None:
        # When the other apps are loaded, and only with this one: core commands name nothing.
        from bconnect.panel.model_names import give

        give()
