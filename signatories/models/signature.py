"""An organization's consent to one revision of a letter."""

import hmac
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign.base.canonical import fingerprint
from campaign.base.errors import MoveRefused
from campaign.base.languages import LANGUAGE_CHOICES, LANGUAGES
from campaign.base.plain import validate_plain_line
from letters.models import Revision
from signatories.models.organization import Organization
from signatories.models.representative import Mandate
from signatories.states import ACTIVE_STATES, REACHED_FROM, MandateBasis, SignatureSource, SignatureState, Visibility

if TYPE_CHECKING:
    from campaign.base.models import User

LINE = [validate_plain_line]


def _token() -> str:
    return secrets.token_urlsafe(24)


def _salt() -> str:
    return secrets.token_hex(32)


class Signature(models.Model):
    """One claim to sign, from the first form to admission, refusal or withdrawal.

    Many may be started for the same organization; what is unique is one admitted signature for (revision, organization) and
    one active claim for (revision, organization, e-mail), so that a stranger's claim never blocks the organization itself.
    `opening` is what the commitment in the register stands for; who has it can show that the entry means this organization.
    `claim` keeps what was said about an organization that was added with it. One that came on paper or by e-mail was entered by
    one coordinator with its scan and seconded by another.
    """

    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    revision = models.ForeignKey(Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="signatures"
    )
    state = models.CharField(_("state"), max_length=10, choices=SignatureState, default=SignatureState.STARTED)
    visibility = models.CharField(_("visibility"), max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    source = models.CharField(_("how it came"), max_length=10, choices=SignatureSource, default=SignatureSource.ONLINE)
    late = models.BooleanField(_("came after the closing"), default=False)
    claim = models.JSONField(default=dict, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    person_name = models.CharField(_("full name"), max_length=200, validators=LINE)
    position = models.CharField(_("position"), max_length=200, validators=LINE)
    basis = models.CharField(_("basis of authority"), max_length=10, choices=MandateBasis)
    basis_note = models.CharField(_("details of the basis"), max_length=300, blank=True, validators=LINE)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    consent_version = models.CharField(max_length=10)
    consent_text = models.TextField(_("consent"))
    consented_at = models.DateTimeField(_("consented"))
    code_hash = models.CharField(max_length=64, blank=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, editable=False)
    code_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    codes_sent = models.PositiveSmallIntegerField(default=0, editable=False)
    person: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="signatures",
    )
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("mandate"), null=True, on_delete=models.PROTECT, related_name="signatures"
    )
    approval_due_at = models.DateTimeField(_("answer of the second person due"), null=True)
    approver: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("second person"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved"), null=True)
    declined_at = models.DateTimeField(_("declined"), null=True)
    decline_reason = models.TextField(_("reason of the second person"), max_length=1000, blank=True)
    scan = models.FileField(_("scan"), upload_to="scans/", max_length=200, blank=True)
    scan_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    entered_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    seconded_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("seconded by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("started"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal = models.TextField(_("reason of the refusal"), max_length=1000, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    held_at = models.DateTimeField(_("put on hold"), null=True)
    merged_into: "models.ForeignKey[Signature | None, Signature | None]" = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    invitation = models.ForeignKey(  # the personal address through which it was begun; removed with an invitation that nobody got
        "signatories.Invitation",
        verbose_name=_("invitation"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    salt = models.CharField(max_length=64, default=_salt, editable=False)
    opening = models.JSONField(default=dict, editable=False)
    admitted_index = models.PositiveBigIntegerField(_("register entry"), null=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "organization"], condition=Q(state="admitted"), name="organization_admitted_once"
            ),
            models.UniqueConstraint(
                fields=["revision", "organization", "email"],
                condition=Q(state__in=[str(state) for state in ACTIVE_STATES]) & ~Q(email=""),
                name="claim_active_once",
            ),
            models.CheckConstraint(
                condition=Q(state="started")
                | (Q(mandate__isnull=False) & (Q(person__isnull=False) | ~Q(source="online"))),
                name="signature_has_its_person",
            ),
            models.CheckConstraint(
                condition=Q(source="online")
                | Q(state="started")
                | (Q(entered_by__isnull=False, seconded_by__isnull=False) & ~Q(entered_by=models.F("seconded_by"))),
                name="signature_on_paper_has_four_eyes",
            ),
        ]
        indexes = [models.Index(fields=["revision", "state"], name="signature_list")]

    def __str__(self) -> str:
        return f"{self.revision} {self.organization} {self.pk}"

    def called_in(self, language: str) -> str:
        """What whoever gave the signature calls the organization: until it is admitted in the own words, so that nobody learns by a
        claim with its number or domain that an organization is known here which stands nowhere in public.
        """
        if not self.claim or self.admitted_index is not None:
            return self.organization.name_in(language)
        name: str = self.claim[f"name_{language}"] or self.claim[f"name_{self.claim['original_language']}"]
        return name

    def opening_now(self) -> dict[str, Any]:
        """What the commitment would stand for if it were made now; kept in `opening` when it was made."""
        organization = self.organization
        names = {language: organization.name_in(language) for language in LANGUAGES}
        return {"salt": self.salt, "organization": organization.uid, "names": names}

    def commitment(self) -> str:
        """What the register says of the signatory: a salted hash, so that names stay with the letter until it is published."""
        return fingerprint("qoltanba/signatory/v1", self.opening or self.opening_now())

    def dispute_key(self) -> str:
        """What a mailed link holds, so that only who got it can say “This was not us” of a signature that is not public."""
        proof = hmac.new(self.salt.encode(), b"qoltanba dispute", "sha256").hexdigest()
        return f"{self.pk}-{proof[:32]}"

    def signer_name(self) -> str:
        """The person's full name, for those who may know it, or that the person had it erased."""
        return self.person_name or gettext("erased at the person’s wish")

    def move(self, to: SignatureState, **fields: Any) -> None:
        """Move the signature, writing the given columns with it. The database decides between two who press at once.

        :raises MoveRefused: the signature is, by now, somewhere else.
        """
        row: Any = Signature.objects.filter(pk=self.pk, state__in=REACHED_FROM[to])
        if not row.update(state=to, **fields):
            self.refresh_from_db(fields=["state"])
            raise MoveRefused(now=self.get_state_display())
        for name, value in {"state": to, **fields}.items():
            setattr(self, name, value)

    def has_admitted_twin(self) -> bool:
        """Whether another signature of the organization counts under the same letter; sure as long as the organization is held."""
        admitted = Signature.objects.filter(revision__letter=self.revision.letter_id, state=SignatureState.ADMITTED)
        return admitted.filter(organization=self.organization_id).exclude(pk=self.pk).exists()

    def stood_in_public(self, at: datetime) -> bool:
        """Whether the public could read it until now: also what is on hold, unless it was so before the letter was published."""
        published_at = self.revision.letter.published_at
        if self.admitted_index is None or self.visibility != Visibility.PUBLIC or published_at is None:
            return False
        return published_at <= at and (self.held_at is None or self.held_at >= published_at)

    def code_is_open(self, at: datetime) -> bool:
        """Whether a typed code could still confirm at that moment."""
        return self.state == SignatureState.STARTED and self.code_expires_at is not None and at < self.code_expires_at
