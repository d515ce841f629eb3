"""The person who acts for an organization, and on what authority."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_line
from signatories.models.organization import Organization
from signatories.states import MandateBasis, Role

if TYPE_CHECKING:
    from campaign.base.models import User

LINE = [validate_plain_line]


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    """Filters of representatives."""

    def active(self) -> Self:
        """Those who were accepted and have not left."""
        return self.filter(accepted_at__isnull=False, left_at=None)

    def owners(self) -> Self:
        """Those who may do everything for the organization now."""
        return self.active().filter(role=Role.OWNER)


class Representative(models.Model):
    """One person who speaks for one organization. Private.

    Made by the first confirmed code, which anybody can have; only one that was accepted (with the first admitted signature, or by
    an owner's invitation) and has not left sees the organization's affairs.
    """

    user: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="represents"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="representatives"
    )

    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.REPRESENTATIVE)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    left_at = models.DateTimeField(_("left"), null=True)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="representative_once")]

    def __str__(self) -> str:
        return f"{self.organization} {self.pk}"

    def is_active(self) -> bool:
        """Whether the person was accepted and has not left."""
        return self.accepted_at is not None and self.left_at is None

    def may_approve(self) -> bool:
        """Whether the person may be the second one who agrees to a signature."""
        return self.is_active() and self.role in (Role.OWNER, Role.APPROVER)


class Mandate(models.Model):
    """What a representative stated of the authority to act, at one moment. Private.

    Without a representative: that of somebody who signed on paper or by e-mail and has no account.
    """

    representative = models.ForeignKey(
        Representative, verbose_name=_("representative"), null=True, on_delete=models.PROTECT, related_name="mandates"
    )
    name = models.CharField(_("full name"), max_length=200, validators=LINE)
    position = models.CharField(_("position"), max_length=200, validators=LINE)
    basis = models.CharField(_("basis of authority"), max_length=10, choices=MandateBasis)
    basis_note = models.CharField(_("details of the basis"), max_length=300, blank=True, validators=LINE)
    stated_at = models.DateTimeField(_("stated"))
    document = models.FileField(_("document"), upload_to="mandates/", max_length=200, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    revoked_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("revoked by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")

    def __str__(self) -> str:
        return f"mandate {self.pk}"
