from django.db import migrations

from bconnect.panel.rights import GROUPS, grant


def add_rights(apps, schema_editor):
    for name, rights in GROUPS.items():
        grant(apps, name, rights)


class Migration(migrations.Migration):
    """The groups may see duplicates and merges; operators may merge."""

    dependencies = [("panel", "0002_groups")]
    operations = [migrations.RunPython(add_rights, migrations.RunPython.noop)]
