from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "bconnect.jobs"
    label = "jobs"
