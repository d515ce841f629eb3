"""One act on many rows: a run, and one job for each row."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.jobs import WaitingRow
from campaign.base.languages import LANGUAGE_CHOICES
from letters.models import Letter
from signatories.models.invitation import Invitation
from signatories.models.signature import Signature
from signatories.states import BulkKind

if TYPE_CHECKING:
    from campaign.base.models import User


class BulkRun(models.Model):
    """What one coordinator asked to be done to many rows of one letter. How far it has come stands in its items."""

    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=BulkKind)
    started_by: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("started by"), on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(_("language of its refusals"), max_length=2, choices=LANGUAGE_CHOICES)
    started_at = models.DateTimeField(_("started"))

    class Meta:
        verbose_name = _("bulk work")
        verbose_name_plural = _("bulk works")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BulkItem(WaitingRow):
    """One row of a run. `refusal` is why nothing was done to it, in the language of who asked; empty when it was done."""

    run = models.ForeignKey(BulkRun, verbose_name=_("bulk work"), on_delete=models.CASCADE, related_name="items")
    invitation = models.ForeignKey(
        Invitation, verbose_name=_("invitation"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    signature = models.ForeignKey(
        Signature, verbose_name=_("signature"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    refusal = models.TextField(_("refusal"), blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta(WaitingRow.Meta):
        verbose_name = _("row of a bulk work")
        verbose_name_plural = _("rows of bulk works")
        constraints = [
            models.CheckConstraint(
                condition=Q(invitation__isnull=False, signature__isnull=True)
                | Q(invitation__isnull=True, signature__isnull=False),
                name="bulk_item_has_one_subject",
            ),
            models.UniqueConstraint(fields=["run", "invitation"], name="bulk_invitation_once"),
            models.UniqueConstraint(fields=["run", "signature"], name="bulk_signature_once"),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"
