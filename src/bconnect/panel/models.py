"""What the web UI remembers of a person: which columns of the customer list they want to see."""

from django.conf import settings
from django.db import models


class ColumnChoice(models.Model):
    """One person's columns of one list, in their order."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    list_name = models.TextField()
    columns = models.JSONField()

    class Meta:
        db_table = "panel_column_choices"
        constraints = (models.UniqueConstraint(fields=["user", "list_name"], name="panel_one_choice"),)

    def __str__(self) -> str:
        return f"{self.list_name}: {self.user_id}"
