from django.db import migrations

from bconnect.panel.rights import GROUPS, grant


def make_groups(apps, schema_editor):
    for name, rights in GROUPS.items():
        grant(apps, name, rights)


class Migration(migrations.Migration):
    """The groups Viewer, Operator and Administrator. They stay, with whatever was changed in them, on the way back."""

    dependencies = [
        ("panel", "0001_column_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
