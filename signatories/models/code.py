"""A code that was mailed for one act on a signature."""

import secrets
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from signatories.models.signature import Signature
from signatories.states import CodePurpose


def _token() -> str:
    return secrets.token_urlsafe(24)


class MailedCode(models.Model):
    """One act that waits for the code from a mailbox. Private; only a keyed hash of the code is kept.

    `facts` is what was typed in the form before, so that nothing must be typed again.
    """

    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    purpose = models.CharField(_("purpose"), max_length=10, choices=CodePurpose)
    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="mailed_codes")
    email = models.EmailField(_("e-mail"), max_length=254)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    facts = models.JSONField(default=dict, editable=False)
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, editable=False)
    code_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    codes_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("mailed code")
        verbose_name_plural = _("mailed codes")

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    def code_is_open(self, at: datetime) -> bool:
        """Whether a typed code could still be taken at that moment."""
        return self.used_at is None and self.code_expires_at is not None and at < self.code_expires_at
