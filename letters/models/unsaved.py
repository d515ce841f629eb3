"""Words that a coordinator typed and did not save yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.models.user import User
from letters.models.letter import Letter


class UnsavedDraft(models.Model):
    """What one coordinator has typed into the form of one draft since it was saved last; without a letter, into that of a new one. Private.

    `fields` is {name of the field: what was typed}, as the form would send it.
    """

    letter = models.ForeignKey(
        Letter, verbose_name=_("letter"), null=True, on_delete=models.CASCADE, related_name="unsaved_drafts"
    )
    person: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    fields = models.JSONField(editable=False)
    kept_at = models.DateTimeField(_("kept"))

    class Meta:
        verbose_name = _("unsaved draft")
        verbose_name_plural = _("unsaved drafts")
        constraints = [
            models.UniqueConstraint(fields=["letter", "person"], name="unsaved_draft_once"),
            models.UniqueConstraint(fields=["person"], condition=Q(letter=None), name="unsaved_new_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter_id or 'new'} {self.person_id}"
