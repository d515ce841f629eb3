"""What machines check, and the proofs that they look for."""

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.jobs import WaitingRow
from signatories.models.organization import Organization
from signatories.models.representative import Mandate
from signatories.models.signature import Signature
from signatories.states import CheckKind, Outcome

if TYPE_CHECKING:
    from campaign.base.models import User


def _proof_token() -> str:
    return secrets.token_hex(20)


class DomainProof(models.Model):
    """The random text (160 bits) that one person is to publish at one organization's domain; good for fourteen days and one use."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="domain_proofs"
    )
    domain = models.CharField(_("domain"), max_length=253)
    person: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    token = models.CharField(max_length=40, unique=True, default=_proof_token, editable=False)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("proof of a domain")
        verbose_name_plural = _("proofs of domains")

    def __str__(self) -> str:
        return f"proof {self.pk}"


class EdsSignature(models.Model):
    """An electronic signature over the manifest of one signature, as it came. Private: certificate and CMS never leave it.

    `facts` are what verification found, for reviewers; `manifest` is what was signed, byte for byte.
    """

    signature = models.ForeignKey(
        Signature, verbose_name=_("signature"), on_delete=models.PROTECT, related_name="eds_signatures"
    )
    person: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="+"
    )
    manifest = models.BinaryField(editable=False)
    cms = models.BinaryField(editable=False, default=bytes)
    facts = models.JSONField(default=dict, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    received_at = models.DateTimeField(_("received"), null=True)

    class Meta:
        verbose_name = _("electronic signature")
        verbose_name_plural = _("electronic signatures")

    def __str__(self) -> str:
        return f"electronic signature {self.pk}"


class Check(WaitingRow):
    """One machine check that waits, is made, or came to an outcome. Private.

    `outcome_code` names the case; its sentences stand beside the code that checks.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=CheckKind)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="checks"
    )
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("mandate"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    proof = models.ForeignKey(DomainProof, null=True, on_delete=models.PROTECT, related_name="checks")
    eds = models.ForeignKey(EdsSignature, null=True, on_delete=models.PROTECT, related_name="checks")
    requested_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    outcome_code = models.CharField(max_length=40, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True)

    class Meta(WaitingRow.Meta):
        verbose_name = _("check")
        verbose_name_plural = _("checks")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
