"""Posts to which letters are addressed, and who holds them."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualQuerySet

from campaign.base.plain import validate_plain_line
from letters.states import OfficeKind

LINE = [validate_plain_line]


class OfficeQuerySet(MultilingualQuerySet["Office"]):
    """Filters of the offices directory."""

    def valid_on(self, day: date) -> Self:
        """Offices that exist on that day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class Office(models.Model):
    """A post, with its forms of address in three languages. Grammar is stored, never computed."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OfficeKind)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=300, validators=LINE)
    short_name = models.CharField(_("short name"), max_length=160, blank=True, validators=LINE)
    body = models.CharField(_("body"), max_length=300, blank=True, validators=LINE)
    addressee_with_person = models.CharField(
        _("addressee, with a person"),
        max_length=300,
        validators=LINE,
        help_text=_("The line above the holder’s name. Russian: dative. Kazakh: nominative."),
    )
    addressee_alone = models.CharField(
        _("addressee, alone"),
        max_length=300,
        validators=LINE,
        help_text=_("The line when no holder is named. Russian and Kazakh: dative."),
    )
    salutation = models.CharField(_("salutation"), max_length=200, validators=LINE)
    address = models.CharField(_("postal address"), max_length=300, blank=True, validators=LINE)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", verbose_name=_("successor"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="office_valid_to_after_from",
                violation_error_message=_("The last day stands before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.key


class Official(models.Model):
    """The person who holds an office for a time."""

    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.CASCADE, related_name="officials")
    name = models.CharField(_("name"), max_length=200, validators=LINE)
    addressee = models.CharField(
        _("addressee"),
        max_length=200,
        validators=LINE,
        help_text=_("The name as addressed. Russian and Kazakh: dative."),
    )
    salutation = models.CharField(_("salutation"), max_length=200, validators=LINE)
    holds_from = models.DateField(_("from"), null=True, blank=True)
    holds_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("official")
        verbose_name_plural = _("officials")

    def __str__(self) -> str:
        return self.name
