"""Letters on one cause."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_line


class Campaign(models.Model):
    """A cause that several letters serve."""

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200, validators=[validate_plain_line])

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return self.title or self.slug
