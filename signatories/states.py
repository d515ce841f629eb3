"""Fixed choices of the second floor, and which move of a signature leads where."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SignatureState(models.TextChoices):
    """The life of a signature. Only admitted ones count or show."""

    STARTED = "started", pgettext_lazy("signature", "started")
    # Translators: state of a signature: a representative proposed it, a second person of the organization must agree
    PROPOSED = "proposed", pgettext_lazy("signature", "proposed")
    # Translators: state of a signature: the second person of the organization said no
    DECLINED = "declined", pgettext_lazy("signature", "declined")
    CONFIRMED = "confirmed", pgettext_lazy("signature", "confirmed")
    ADMITTED = "admitted", pgettext_lazy("signature", "admitted")
    REFUSED = "refused", pgettext_lazy("signature", "refused")
    ON_HOLD = "on_hold", pgettext_lazy("signature", "on hold")
    WITHDRAWN = "withdrawn", pgettext_lazy("signature", "withdrawn")
    # Translators: state of a signature: the organization stood in the list twice and was merged with its twin, which has signed too
    MERGED = "merged", pgettext_lazy("signature", "merged")


ACTIVE_STATES = (
    SignatureState.PROPOSED,
    SignatureState.CONFIRMED,
    SignatureState.ADMITTED,
    SignatureState.ON_HOLD,
)

NOT_GIVEN = (SignatureState.STARTED, SignatureState.PROPOSED, SignatureState.DECLINED)  # no affair of coordinators

REACHED_FROM = {  # nothing else moves a signature
    SignatureState.PROPOSED: {SignatureState.STARTED},
    SignatureState.DECLINED: {SignatureState.PROPOSED},
    SignatureState.CONFIRMED: {SignatureState.STARTED, SignatureState.PROPOSED, SignatureState.ON_HOLD},
    SignatureState.ADMITTED: {SignatureState.CONFIRMED, SignatureState.ON_HOLD},
    SignatureState.REFUSED: {SignatureState.CONFIRMED, SignatureState.ON_HOLD},
    SignatureState.ON_HOLD: {SignatureState.CONFIRMED, SignatureState.ADMITTED},
    SignatureState.WITHDRAWN: set(ACTIVE_STATES),
    SignatureState.MERGED: set(ACTIVE_STATES),
}


class SignatureSource(models.TextChoices):
    """How a signature came."""

    ONLINE = "online", _("on this site")
    PAPER = "paper", _("on paper")
    MAIL = "mail", _("by e-mail")


class Role(models.TextChoices):
    """What a person may do for an organization; an owner may do everything."""

    OWNER = "owner", _("owner")
    REPRESENTATIVE = "representative", _("representative")
    APPROVER = "approver", _("approver")


class Level(models.IntegerChoices):
    """What all valid evidence about an organization amounts to."""

    NONE = 0, _("not verified")
    VOUCHED = 1, _("vouched for")
    CONFIRMED = 2, _("confirmed")
    STRONG = 3, _("strongly confirmed")


class CheckKind(models.TextChoices):
    """What a machine checks."""

    DNS_TXT = "dns_txt", _("record in the domain’s DNS")
    SITE_FILE = "site_file", _("file on the organization’s site")
    REGISTER_LOOKUP = "register_lookup", _("open data of the register")
    EDS = "eds", _("electronic signature (EDS)")


class Outcome(models.TextChoices):
    """What a check came to. Unknown: it could not be made, and says nothing."""

    PASSED = "passed", pgettext_lazy("check", "passed")
    FAILED = "failed", pgettext_lazy("check", "failed")
    UNKNOWN = "unknown", pgettext_lazy("check", "unknown")


class CodePurpose(models.TextChoices):
    """What a mailed code stands for, besides the first signing."""

    APPROVAL = "approval", _("approval of a signature")
    DISPUTE = "dispute", _("“This was not us”")


class TakeOutKind(models.TextChoices):
    """Which confidential list is taken out."""

    INVITATIONS_XLSX = "invitations_xlsx", _("board of invitations, XLSX")
    INVITATIONS_CSV = "invitations_csv", _("board of invitations, CSV")
    CONSENT_FILE = "consent_file", _("consent file of the letter")


class TakeOutState(models.TextChoices):
    """Where a list that is taken out stands."""

    ASKED = "asked", pgettext_lazy("list", "waits for a colleague")
    AGREED = "agreed", pgettext_lazy("list", "may be fetched")
    REFUSED = "refused", pgettext_lazy("list", "refused")
    FETCHED = "fetched", pgettext_lazy("list", "fetched")
    OVER = "over", pgettext_lazy("list", "time ran out")


class DisputeOutcome(models.TextChoices):
    """How a dispute ended."""

    UPHELD = "upheld", pgettext_lazy("dispute", "the signature was struck")
    DISMISSED = "dismissed", pgettext_lazy("dispute", "the signature stands")
    WITHDRAWN = "withdrawn", pgettext_lazy("dispute", "the signature was withdrawn meanwhile")


class OrganizationKind(models.TextChoices):
    """What kind of body signs."""

    ORGANIZATION = "organization", _("organization")
    COALITION = "coalition", _("coalition")
    NETWORK = "network", _("network")
    MEDIA = "media", _("media outlet")


class AliasSource(models.TextChoices):
    """Where another name of an organization was seen."""

    CLAIM = "claim", _("a claim that was admitted")
    MERGE = "merge", _("an organization that was merged into it")
    FORMER = "former", _("its former name")


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
    DNS_TXT = "dns_txt", _("record in the domain’s DNS")
    SITE_FILE = "site_file", _("file on the organization’s site")
    REGISTER_NUMBER = "register_number", _("registration number with valid check digits")
    REGISTER_LOOKUP = "register_lookup", _("found in the open data of the register")
    REGISTRATION_DOCUMENT = "registration_document", _("registration document")
    REGISTER_SEEN = "register_seen", _("entry seen in an official register")
    WELL_KNOWN = "well_known", _("known publications or partners seen")
    CHANNEL_SEEN = "channel_seen", _("contact published on its own site or page")
    CALL_BACK = "call_back", _("call-back through an independently found contact")
    MANDATE_SEEN = "mandate_seen", _("person and post published by the organization")
    MANDATE_DOCUMENT = "mandate_document", _("board decision, power of attorney or appointment seen")
    VOUCHED = "vouched", _("vouched for by verified organizations")
    EDS = "eds", _("electronic signature (EDS) of the organization")
    PAPER_ORIGINAL = "paper_original", _("signed and stamped original seen")


class Visibility(models.TextChoices):
    """Who may see the signature, from the widest to the strictest; it may only become stricter."""

    PUBLIC = "public", _("public")
    ADDRESSEE = "addressee", _("shown to the addressee only")
    COUNTED = "counted", _("counted only")

    def stricter(self) -> list["Visibility"]:
        """Those that show less than this one."""
        order = list(Visibility)
        return order[order.index(self) + 1 :]


class ErratumChoice(models.TextChoices):
    """What an organization says to a corrected text, besides leaving."""

    KEEP = "keep", pgettext_lazy("correction", "stays with the text that it signed")
    RENEW = "renew", pgettext_lazy("correction", "signs the corrected text, too")


class NoticeKind(models.TextChoices):
    """What coordinators are told of by themselves."""

    WAITING = "waiting", _("signatures wait")
    CLOSING = "closing", _("a letter closes soon")


class InvitationState(models.TextChoices):
    """Where an invited organization stands; what a mail program does by itself changes none of it."""

    PREPARED = "prepared", pgettext_lazy("invitation", "not sent yet")
    INVITED = "invited", pgettext_lazy("invitation", "invited")
    SEEN = "seen", pgettext_lazy("invitation", "seen")
    CONSIDERING = "considering", pgettext_lazy("invitation", "considering")
    NEEDS_BOARD = "needs_board", pgettext_lazy("invitation", "needs its board")
    SIGNED = "signed", pgettext_lazy("invitation", "signed")
    DECLINED = "declined", pgettext_lazy("invitation", "declined")
    BOUNCED = "bounced", pgettext_lazy("invitation", "bounced")


UNANSWERED_STATES = (  # they may be reminded
    InvitationState.INVITED,
    InvitationState.SEEN,
    InvitationState.CONSIDERING,
    InvitationState.NEEDS_BOARD,
)

INVITATION_REACHED_FROM = {  # nothing else moves an invitation; only a signature makes it signed, and nothing undoes that
    InvitationState.INVITED: {InvitationState.PREPARED, InvitationState.BOUNCED},
    InvitationState.SEEN: {InvitationState.PREPARED, InvitationState.INVITED},
    InvitationState.CONSIDERING: set(InvitationState) - {InvitationState.CONSIDERING, InvitationState.SIGNED},
    InvitationState.NEEDS_BOARD: set(InvitationState) - {InvitationState.NEEDS_BOARD, InvitationState.SIGNED},
    InvitationState.DECLINED: set(InvitationState) - {InvitationState.DECLINED, InvitationState.SIGNED},
    InvitationState.BOUNCED: set(UNANSWERED_STATES),
    InvitationState.SIGNED: set(InvitationState) - {InvitationState.SIGNED},
}


class BulkKind(models.TextChoices):
    """What is done to many rows, one after another."""

    INVITE = "invite", _("sending invitations")
    ADMIT = "admit", _("admitting signatures")
