from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0010_followed")]

    operations = [
        migrations.AlterField(
            model_name="change",
            name="source",
            field=models.TextField(
                choices=[
                    ("robaws", "taken from Robaws"),
                    ("bconnect", "edited here, sent to Robaws"),
                    ("resolved", "a conflict was resolved"),
                    ("followed", "it follows the rest of its address"),
                    ("gone", "the client is gone from Robaws"),
                    ("undo", "a run or a merge was undone"),
                    ("merged", "taken over in a merge"),
                    ("edited", "edited here"),
                ]
            ),
        ),
    ]
