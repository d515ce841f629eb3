"""Who runs the letters of which issuer."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from letters.models.issuer import Issuer

if TYPE_CHECKING:
    from campaign.base.models import User


class Coordinator(models.Model):
    """The right of one person to run the letters of one issuer; sees no others.

    Without an issuer: the right to bring the first letter of a new one, as the first coordinator of an empty installation does.
    """

    user: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="coordinates"
    )
    issuer = models.ForeignKey(
        Issuer,
        verbose_name=_("issuer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="coordinators",
    )

    class Meta:
        verbose_name = _("coordinator")
        verbose_name_plural = _("coordinators")
        constraints = [models.UniqueConstraint(fields=["user", "issuer"], name="coordinator_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.issuer or '–'}"
