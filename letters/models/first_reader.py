"""People who were asked to read a draft before it is opened, and what they said. All of it goes when the letter is opened."""

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from letters.models.letter import Letter

if TYPE_CHECKING:
    from campaign.base.models import User


def _token() -> str:
    return secrets.token_urlsafe(24)


class FirstReader(models.Model):
    """Somebody with a personal address at which a draft can be read and commented. Private."""

    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="first_readers")
    email = models.EmailField(_("e-mail"), max_length=254)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    invited_by: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("invited by"), on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("first reader")
        verbose_name_plural = _("first readers")
        constraints = [models.UniqueConstraint(fields=["letter", "email"], name="first_reader_once")]

    def __str__(self) -> str:
        return f"{self.letter} {self.pk}"


class Comment(models.Model):
    """What a first reader said about one block; `texts` is the block as it was read: {language: Markdown}."""

    reader = models.ForeignKey(
        FirstReader, verbose_name=_("first reader"), on_delete=models.CASCADE, related_name="comments"
    )
    texts = models.JSONField(editable=False)
    words = models.TextField(_("comment"), max_length=2000)
    written_at = models.DateTimeField(_("written"))
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return f"{self.reader} {self.pk}"
