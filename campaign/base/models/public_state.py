"""The one number that says whether a stored public page is still true."""

from django.db import models


class PublicState(models.Model):
    """A single row, raised in the transaction of every change that a public page shows."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="public_state_is_one_row")]

    def __str__(self) -> str:
        return f"version {self.version}"
