"""What an organization says to a corrected text."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from letters.models import Revision
from signatories.models.signature import Signature
from signatories.states import ErratumChoice

if TYPE_CHECKING:
    from campaign.base.models import User


class ErratumAnswer(models.Model):
    """An answer for one signature to one correction. Nothing is taken for an answer: without one the signature stays where it was given.

    Who leaves withdraws the signature, which leaves no answer. A renewal counts from `renewed_at`, where two people must agree not before
    `second` said so. `before` is what stood for the signature until then, as `services/erratum.py` writes it down.
    """

    signature = models.ForeignKey(
        Signature, verbose_name=_("signature"), on_delete=models.CASCADE, related_name="erratum_answers"
    )
    revision = models.ForeignKey(Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(_("answer"), max_length=5, choices=ErratumChoice)
    person: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    second: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("second person"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"))
    renewed_at = models.DateTimeField(_("renewed"), null=True)
    before = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("answer to a correction")
        verbose_name_plural = _("answers to corrections")
        constraints = [
            models.UniqueConstraint(fields=["signature", "revision"], name="erratum_answered_once"),
            models.CheckConstraint(condition=Q(renewed_at=None) | Q(choice="renew"), name="only_a_renewal_renews"),
        ]

    def __str__(self) -> str:
        return f"{self.signature} {self.choice}"
