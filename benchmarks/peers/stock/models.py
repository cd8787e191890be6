"""An intake that refers to a customer the way Django means it; its only use is the admin's autocompletion."""

from django.db import models

from benchmarks.peers.planned.models import Customer


class Intake(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)

    class Meta:
        managed = False
        db_table = "intakes"

    def __str__(self) -> str:
        return str(self.pk)
