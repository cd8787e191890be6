from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "bconnect.customers"
    label = "customers"

    def ready(self) -> None:
        # Imported for the guard it connects; it needs the models, which are loaded now.
        from bconnect.customers import references  # noqa: F401
