"""One organization's word for another."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from signatories.models.organization import Organization

if TYPE_CHECKING:
    from campaign.base.models import User


class Vouch(models.Model):
    """A verified organization says that it knows another one. Private until it counts as evidence."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="vouches"
    )
    voucher = models.ForeignKey(
        Organization, verbose_name=_("voucher"), on_delete=models.PROTECT, related_name="vouched"
    )
    person: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    vouched_at = models.DateTimeField(_("vouched"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("vouch")
        verbose_name_plural = _("vouches")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "voucher"], condition=Q(withdrawn_at=None), name="vouch_once"
            ),
            models.CheckConstraint(condition=~Q(organization=F("voucher")), name="vouch_for_another"),
        ]

    def __str__(self) -> str:
        return f"vouch {self.pk}"
