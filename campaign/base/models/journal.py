"""The private journal: who did what, and when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalEntry(models.Model):
    """One act of a coordinator, a representative or the clock. Never changed, never public."""

    at = models.DateTimeField(_("time"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty when the clock or a command acted."),
    )
    action = models.CharField(_("act"), max_length=60)
    subject_kind = models.CharField(_("kind of subject"), max_length=40)
    subject_id = models.CharField(_("subject"), max_length=40)
    scope = models.CharField(_("letter"), max_length=80, blank=True, db_index=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")

    def __str__(self) -> str:
        return f"{self.action} {self.subject_kind} {self.subject_id}"
