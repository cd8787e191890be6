"""`python -m benchmarks.pages.load COUNT`: tables, customers and a login in the database that DATABASE_URL names.

Prints the session's key. Django's own admin takes it too: same table, same secret key.
"""

import os
import sys

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def load(customers: int) -> str:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bconnect.config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.pages.customers import fill

    call_command("migrate", verbosity=0)
    fill(customers)
    client = Client()
    client.force_login(User.objects.create_superuser("bench"), MODEL_BACKEND)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


if __name__ == "__main__":
    print(load(int(sys.argv[1])))
