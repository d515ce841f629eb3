"""What is printed: the frozen signatory list and the editions made from it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.jobs import WaitingRow
from campaign.base.languages import LANGUAGE_CHOICES
from letters.models.recipient import Recipient
from letters.models.revision import Revision


class SignatoryList(models.Model):
    """The names under a revision as they were at closing: {language: [{"name", "abbreviation", "place"}]}, in order."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="signatory_list")
    names = models.JSONField()
    count = models.PositiveIntegerField(_("count"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    closed_at = models.DateTimeField(_("closed"))

    class Meta:
        verbose_name = _("signatory list")
        verbose_name_plural = _("signatory lists")

    def __str__(self) -> str:
        return f"{self.revision}: {self.count}"


class Edition(WaitingRow):
    """The exact PDF: one revision, one recipient, one language, one frozen list. Without a recipient it is the public one.

    A waiting row: `payload` says everything that is printed; the file, its hashes and its register entry come with it.
    """

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="editions"
    )
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), null=True, on_delete=models.PROTECT, related_name="editions"
    )
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    payload = models.TextField(editable=False)
    file = models.FileField(_("file"), upload_to="editions/", max_length=200, blank=True)
    size = models.PositiveIntegerField(_("size"), null=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    printed_at = models.DateTimeField(_("printed"), null=True)

    class Meta(WaitingRow.Meta):
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["revision", "recipient", "language"], name="edition_once"),
            models.UniqueConstraint(
                fields=["revision", "language"], condition=Q(recipient=None), name="public_edition_once"
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(sha256=""), name="printed_edition_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.language} {self.recipient_id or '–'}"
