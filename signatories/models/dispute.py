"""“This was not us”."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from signatories.models.signature import Signature
from signatories.states import DisputeOutcome

if TYPE_CHECKING:
    from campaign.base.models import User


class Dispute(models.Model):
    """Somebody at a verified address of the organization said that it did not sign. Private; that it is on hold is public."""

    signature = models.ForeignKey(
        Signature, verbose_name=_("signature"), on_delete=models.PROTECT, related_name="disputes"
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    statement = models.TextField(_("what was said"), max_length=1000, blank=True)
    disputed_at = models.DateTimeField(_("disputed"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=DisputeOutcome, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    resolved_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("resolved by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.UniqueConstraint(fields=["signature"], condition=Q(resolved_at=None), name="dispute_open_once")
        ]

    def __str__(self) -> str:
        return f"dispute {self.pk}"
