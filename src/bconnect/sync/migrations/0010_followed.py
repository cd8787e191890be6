from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0009_deletion_sent")]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="source",
            field=models.TextField(
                choices=[
                    ("robaws", "taken from Robaws"),
                    ("bconnect", "edited here, sent to Robaws"),
                    ("resolved", "a conflict was resolved"),
                    ("followed", "it follows the address that was decided on"),
                    ("gone", "the client is gone from Robaws"),
                    ("undo", "a run or a merge was undone"),
                    ("merged", "taken over in a merge"),
                    ("edited", "edited here"),
                ]
            ),
        ),
    ]
