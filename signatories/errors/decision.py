"""Refusals to decide about an organization."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class EvidenceMissing(Refusal):
    """A signature was to be admitted before all three questions were answered."""

    reason = _(
        "Not admitted: no evidence shows yet that %(questions)s. Record what you checked and press “Admit” again."
    )


class HumanLookMissing(Refusal):
    """A signature was to be admitted on machine checks alone."""

    reason = _(
        "Not admitted: so far only machines have checked this. Record what you checked yourself and press “Admit” again."
    )


class EvidenceTooWeak(Refusal):
    """A signature was to be admitted whose evidence answers all questions, but fills no row of the table of trust."""

    reason = _("Not admitted: what was checked so far can be forged at one point. %(missing)s")


class OnlyVouchedFor(Refusal):
    """A signature was to be admitted of an organization that is only vouched for, under a letter that does not count such."""

    reason = _(
        "Not admitted: this letter counts only confirmed organizations, and this one is only vouched for. %(missing)s Or the "
        "coordinator lets organizations that are vouched for count, on the page of the letter."
    )


class VerificationRevoked(Refusal):
    """An organization was to sign or to be admitted whose verification was taken back."""

    reason = _(
        "Nothing was signed: this organization cannot sign at the moment. Write to the coordinator of the letter, who will tell you "
        "what to do."
    )


class NotIndependent(Refusal):
    """A coordinator of the letter was to count as one of the two reviewers of an organization that is new or goes up."""

    reason = _(
        "Nothing was decided: two reviewers who do not coordinate this letter decide about an organization that is new or rises to a "
        "higher level. What you checked is recorded and helps them."
    )


class SecondDecides(Refusal):
    """A first yes was recorded, where two reviewers decide."""

    reason = _("Not admitted yet: your yes is recorded, and a second reviewer decides next.")


class SameMailbox(Refusal):
    """The second yes came from an account whose address reaches the mailbox of the first."""

    reason = _(
        "Nothing was decided: your address reaches the same mailbox as that of the reviewer who said yes first, so both count as one "
        "person. Another reviewer decides next."
    )


class SameKey(Refusal):
    """The second yes came from an account with the authenticator app or passkey of the first."""

    reason = _(
        "Nothing was decided: your account uses the same authenticator app or passkey as that of the reviewer who said yes first, so "
        "both count as one person. Another reviewer decides next."
    )


class SameNetworkUnexplained(Refusal):
    """Both reviewers signed in from one network on one day, and nobody said why."""

    reason = _(
        "Nothing was decided yet: you and the reviewer who said yes first signed in from the same network on the same day. If you are two "
        "people, write where each of you worked, then say yes again; colleagues and auditors read it. If not, leave it to another reviewer."
    )


class DecidedAlready(Refusal):
    """A reviewer said yes for the second time."""

    reason = _("Nothing was changed: your yes is recorded already. A second reviewer decides next.")


class LookalikeUnexplained(Refusal):
    """An organization that can be taken for another was to be admitted without a word about that."""

    reason = _(
        "Not admitted: this organization can be taken for another one. Compare the two and write why it is not the same; then press "
        "“Admit” again."
    )


class LevelNotReached(Refusal):
    """A level was to be given that does not follow from the evidence."""

    reason = _(
        "The level was not raised: it does not follow from the evidence, or the organization has it. %(missing)s"
    )


class RevocationReasonMissing(Refusal):
    """A verification was to be taken back without a reason."""

    reason = _("Nothing was revoked: write the reason. Colleagues read it in the history of the organization.")
