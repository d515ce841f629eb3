"""What a coordinator was told by mail."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from letters.models import Letter
from signatories.states import NoticeKind

if TYPE_CHECKING:
    from campaign.base.models import User


class Notice(models.Model):
    """What one coordinator was told of one letter, so that nothing is told twice.

    `facts` are the keys of what was told last: waiting signatures, or the closing time.
    """

    person: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    facts = models.JSONField(default=list)
    told_at = models.DateTimeField(_("told"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["person", "letter", "kind"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
