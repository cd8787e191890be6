from django.db import migrations

from bconnect.panel.rights import OVERRIDE, grant


def add_right(apps, schema_editor):
    grant(apps, "Administrator", [OVERRIDE])


class Migration(migrations.Migration):
    """Administrators may go on where a guard stopped the sync."""

    dependencies = [("panel", "0003_rights_to_merge")]
    operations = [migrations.RunPython(add_right, migrations.RunPython.noop)]
