"""Other names of an organization."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_line
from signatories.models.organization import Organization
from signatories.states import AliasSource

LONGEST_FOLDED, LONGEST_LATIN = 600, 900  # one letter of a name may become several


class OrganizationAlias(models.Model):
    """A name under which the organization was seen besides its own: in a claim that was admitted, or before a merge.

    Searched and compared; shown in public only if it stood in public before a merge. `folded` and `latin` are the name in its two search forms.
    """

    organization = models.ForeignKey(
        Organization,
        verbose_name=_("organization"),
        on_delete=models.CASCADE,  # says nothing without it
        related_name="aliases",
    )
    name = models.CharField(_("name"), max_length=300, validators=[validate_plain_line])
    folded = models.CharField(max_length=LONGEST_FOLDED, editable=False)
    latin = models.CharField(max_length=LONGEST_LATIN, editable=False)
    source = models.CharField(_("source"), max_length=10, choices=AliasSource)
    is_public = models.BooleanField(_("stood in public"), default=False)
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [models.UniqueConstraint(fields=["organization", "folded"], name="alias_once")]

    def __str__(self) -> str:
        return f"alias {self.pk}"
