"""What is printed: the frozen signatory list and the editions made from it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.jobs import WaitingRow
from campaign.base.languages import LANGUAGE_CHOICES
from letters.models.recipient import Recipient
from letters.models.revision import Revision


class SignatoryList(models.Model):
    """The names under a revision as they were at one moment: {language: [{"name", "abbreviation", "place"}]}, in order.

    Number 0 is the list at closing; 1, 2 … are addenda with those that came later. `names` are public; `addressee_names`, of the same
    form, stand in the editions of addressees alone. `count` counts all: public, for the addressee only, and counted only.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="signatory_lists")
    number = models.PositiveSmallIntegerField(_("number"), default=0)
    names = models.JSONField()
    addressee_names = models.JSONField(default=dict)
    count = models.PositiveIntegerField(_("count"))
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    closed_at = models.DateTimeField(_("closed"))

    class Meta:
        verbose_name = _("signatory list")
        verbose_name_plural = _("signatory lists")
        constraints = [models.UniqueConstraint(fields=["revision", "number"], name="signatory_list_number_once")]

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
    addendum = models.PositiveSmallIntegerField(_("addendum"), default=0, help_text=_("0 for the letter itself."))
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
            models.UniqueConstraint(fields=["revision", "recipient", "language", "addendum"], name="edition_once"),
            models.UniqueConstraint(
                fields=["revision", "language", "addendum"], condition=Q(recipient=None), name="public_edition_once"
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(sha256=""), name="printed_edition_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.language} {self.recipient_id or '–'}"
