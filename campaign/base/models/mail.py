"""Mail that waits to be sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.jobs import WaitingRow
from campaign.base.languages import LANGUAGE_CHOICES


class Mail(WaitingRow):
    """One message to one person. Its private content is wiped as soon as it was handed to the mail server.

    `reference` names what the message is about ("invitation:7"), for whoever wants to know what became of it.
    """

    most_attempts = 12  # most of a day, with growing pauses: a mail server may be down for a while

    to = models.EmailField(_("recipient"), max_length=254)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    template = models.CharField(_("template"), max_length=60)
    context = models.JSONField(_("content"), default=dict)
    headers = models.JSONField(_("further headers"), default=dict)
    reference = models.CharField(_("belongs to"), max_length=60, blank=True, default="", db_index=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta(WaitingRow.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("mail")

    def __str__(self) -> str:
        return f"{self.template} {self.pk}"
