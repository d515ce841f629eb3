"""What one reviewer decided about an organization."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from signatories.models.organization import Organization
from signatories.models.signature import Signature
from signatories.states import Level

if TYPE_CHECKING:
    from campaign.base.models import User


class Decision(models.Model):
    """One reviewer's yes to a level, given without sight of the other reviewer's. Private.

    A first verification and each level-up need two, of different reviewers, as soon as there are two. `evidence` are the keys of the
    rows that the reviewer saw.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="decisions"
    )
    signature = models.ForeignKey(
        Signature, verbose_name=_("signature"), null=True, on_delete=models.PROTECT, related_name="decisions"
    )
    reviewer: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reviewer"), on_delete=models.PROTECT, related_name="+"
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    evidence = models.JSONField(default=list, editable=False)
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"decision {self.pk}"


class VerificationEntry(models.Model):
    """What an entry of the public register about an organization stands for. Private: only an auditor is shown the opening.

    `level` is the one that is left by it. `opening`: {"salt", "organization": its `uid`}, and of a decision {"reviewers": their keys,
    "evidence": [{"kind", "checked_at", "document"}]}.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="verification_entries"
    )
    index = models.PositiveBigIntegerField(_("register entry"), unique=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    opening = models.JSONField(editable=False)

    class Meta:
        verbose_name = _("register entry of a verification")
        verbose_name_plural = _("register entries of verifications")

    def __str__(self) -> str:
        return f"{self.organization} {self.index}"
