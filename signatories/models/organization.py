"""Who signs."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualQuerySet

from campaign.base.languages import LANGUAGE_CHOICES, LANGUAGES
from campaign.base.plain import validate_plain_line
from letters.states import RegistrationScheme
from signatories.states import Level, OrganizationKind, SignatureState, Visibility

LINE = [validate_plain_line]


def _public_id() -> str:
    return uuid.uuid4().hex


def _stands_in_public(at: datetime) -> Exists:
    signatures: Any = Organization._meta.get_field("signatures").related_model
    shown = signatures.objects.filter(
        organization=OuterRef("pk"), revision__letter__published_at__lte=at, visibility=Visibility.PUBLIC
    )
    published_at = F("revision__letter__published_at")
    left_a_trace = Q(
        Q(held_at=None) | Q(held_at__gte=published_at),
        state=SignatureState.WITHDRAWN,
        admitted_index__isnull=False,
        withdrawn_at__gte=published_at,
    )
    return Exists(shown.filter(Q(state=SignatureState.ADMITTED) | left_a_trace))


class OrganizationQuerySet(MultilingualQuerySet["Organization"]):
    """Filters of organizations."""

    def listed(self, at: datetime) -> Self:
        """Organizations that stand in public under a letter, or left it in public; only these may be searched, so that a quiet letter
        betrays nobody.
        """
        return self.filter(_stands_in_public(at))

    def unlisted(self, at: datetime) -> Self:
        """All others."""
        return self.filter(~_stands_in_public(at))


class Organization(models.Model):
    """An organization, coalition, network or media outlet that may sign letters.

    `folded` holds every name and abbreviation in search form, each between two bars: "|name|other name|".
    `level` is the one that reviewers granted and that evidence still bears; it has been at least “confirmed” since `confirmed_at`.
    `revoked_at` stands until somebody verifies the organization anew; `contact_email` (private) is told of every signature given in its name.
    """

    uid = models.CharField(max_length=32, unique=True, default=_public_id, editable=False)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind, default=OrganizationKind.ORGANIZATION)
    name = models.CharField(_("name"), max_length=300, validators=LINE)
    abbreviation = models.CharField(_("abbreviation"), max_length=40, blank=True, validators=LINE)
    note = models.CharField(
        _("location note"),
        max_length=120,
        blank=True,
        validators=LINE,
        help_text=_("Shown instead of the country, for example “in exile in Austria”."),
    )
    original_language = models.CharField(_("language of the original name"), max_length=2, choices=LANGUAGE_CHOICES)
    country = models.CharField(_("country"), max_length=2, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    domain = models.CharField(_("own domain"), max_length=253, blank=True, db_index=True, editable=False)
    number_scheme = models.CharField(_("register"), max_length=20, choices=RegistrationScheme, blank=True)
    number = models.CharField(_("registration number"), max_length=40, blank=True, validators=LINE)
    logo = models.ImageField(_("logo"), upload_to="logos/", blank=True)
    folded = models.TextField(editable=False, default="")
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.NONE, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed since"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("verification revoked"), null=True, editable=False)
    contact_email = models.EmailField(_("contact address"), max_length=254, blank=True)
    needs_approval = models.BooleanField(_("asks for a second person"), default=False)
    merged_into: "models.ForeignKey[Organization | None, Organization | None]" = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged",
    )
    merged_at = models.DateTimeField(_("merged"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        indexes = [models.Index(fields=["number_scheme", "number"], name="organization_number")]

    def __str__(self) -> str:
        return self.slug

    def has_bin(self) -> bool:
        """Whether it stands in Kazakhstan's register under a number."""
        return self.number_scheme == RegistrationScheme.KZ_BIN and bool(self.number)

    def columns(self) -> dict[str, Any]:
        """What a claim may say of an organization, as it stands on record."""
        translated = [f"{field}_{language}" for field in ("name", "abbreviation", "note") for language in LANGUAGES]
        plain = ["original_language", "kind", "country", "website", "domain", "number_scheme", "number", "folded"]
        return {column: getattr(self, column) or "" for column in (*translated, *plain)}

    def name_in(self, language: str) -> str:
        """The name in this language, else the original."""
        name: str = getattr(self, f"name_{language}") or getattr(self, f"name_{self.original_language}")
        return name

    def abbreviation_in(self, language: str) -> str:
        """The abbreviation that belongs to the name shown in this language."""
        shown = language if getattr(self, f"name_{language}") else self.original_language
        return getattr(self, f"abbreviation_{shown}") or ""
