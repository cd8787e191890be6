from django.db import migrations, models


def note_deletions_under_way(apps, schema_editor):
    """Until now the record kept before a step said that of merges which delete."""
    merged = apps.get_model("sync", "MergedCustomer").objects.using(schema_editor.connection.alias)
    merged.filter(merge__in_robaws="delete", remote_record__isnull=False).update(is_deletion_sent=True)


class Migration(migrations.Migration):
    dependencies = [("sync", "0008_cancelled_by")]

    operations = [
        migrations.AddField(
            model_name="mergedcustomer",
            name="is_deletion_sent",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether Robaws was told to delete it, whatever is wanted by now.",
            ),
        ),
        migrations.RunPython(note_deletions_under_way, migrations.RunPython.noop),
    ]
