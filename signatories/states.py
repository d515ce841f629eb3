"""Fixed choices of the second floor, and which move of a signature leads where."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SignatureState(models.TextChoices):
    """The life of a signature. Only admitted ones count or show."""

    STARTED = "started", pgettext_lazy("signature", "started")
    CONFIRMED = "confirmed", pgettext_lazy("signature", "confirmed")
    ADMITTED = "admitted", pgettext_lazy("signature", "admitted")
    REFUSED = "refused", pgettext_lazy("signature", "refused")
    ON_HOLD = "on_hold", pgettext_lazy("signature", "on hold")
    WITHDRAWN = "withdrawn", pgettext_lazy("signature", "withdrawn")


ACTIVE_STATES = (SignatureState.CONFIRMED, SignatureState.ADMITTED, SignatureState.ON_HOLD)

REACHED_FROM = {  # nothing else moves a signature
    SignatureState.CONFIRMED: {SignatureState.STARTED},
    SignatureState.ADMITTED: {SignatureState.CONFIRMED},
    SignatureState.REFUSED: {SignatureState.CONFIRMED},
    SignatureState.WITHDRAWN: {SignatureState.CONFIRMED, SignatureState.ADMITTED, SignatureState.ON_HOLD},
}


class OrganizationKind(models.TextChoices):
    """What kind of body signs."""

    ORGANIZATION = "organization", _("organization")
    COALITION = "coalition", _("coalition")
    NETWORK = "network", _("network")
    MEDIA = "media", _("media outlet")


class MandateBasis(models.TextChoices):
    """On what authority a representative acts."""

    HEAD = "head", _("I head the organization")
    BOARD = "board", _("decision of the board or another governing body")
    POWER = "power", _("power of attorney or written authorization")
    OTHER = "other", _("another basis")


class Question(models.TextChoices):
    """The three questions that evidence answers before an organization is admitted."""

    EXISTS = "exists", _("the organization exists")
    CHANNEL = "channel", _("this channel is its own")
    MANDATE = "mandate", _("this person may bind it")


class EvidenceKind(models.TextChoices):
    """What was checked."""

    DOMAIN_MAIL = "domain_mail", _("e-mail at its own domain")
    REGISTER_NUMBER = "register_number", _("registration number with valid check digits")
    REGISTER_SEEN = "register_seen", _("entry seen in an official register")
    WELL_KNOWN = "well_known", _("known publications or partners seen")
    CHANNEL_SEEN = "channel_seen", _("contact published on its own site or page")
    CALL_BACK = "call_back", _("call-back through an independently found contact")
    MANDATE_SEEN = "mandate_seen", _("person and post published by the organization")
    MANDATE_DOCUMENT = "mandate_document", _("board decision, power of attorney or appointment seen")


ANSWERS: dict[EvidenceKind, frozenset[Question]] = {
    EvidenceKind.DOMAIN_MAIL: frozenset({Question.CHANNEL}),
    EvidenceKind.REGISTER_NUMBER: frozenset({Question.EXISTS}),
    EvidenceKind.REGISTER_SEEN: frozenset({Question.EXISTS}),
    EvidenceKind.WELL_KNOWN: frozenset({Question.EXISTS}),
    EvidenceKind.CHANNEL_SEEN: frozenset({Question.CHANNEL}),
    EvidenceKind.CALL_BACK: frozenset({Question.CHANNEL, Question.MANDATE}),
    EvidenceKind.MANDATE_SEEN: frozenset({Question.MANDATE}),
    EvidenceKind.MANDATE_DOCUMENT: frozenset({Question.MANDATE}),
}

MACHINE_KINDS = frozenset({EvidenceKind.DOMAIN_MAIL, EvidenceKind.REGISTER_NUMBER})


class Visibility(models.TextChoices):
    """Who may see the signature. The first release knows one kind, and its form says so."""

    PUBLIC = "public", _("public")


class NoticeKind(models.TextChoices):
    """What coordinators are told of by themselves."""

    WAITING = "waiting", _("signatures wait")
    CLOSING = "closing", _("a letter closes soon")
