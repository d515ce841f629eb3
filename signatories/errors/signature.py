"""Refusals about a signature: given, approved, hidden, decided."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class NotTakingSignatures(Refusal):
    """A signature came before the letter was opened or after it was closed."""

    reason = _("The organization did not sign: this letter no longer takes signatures.")


class TextChanged(Refusal):
    """The form was made for another text than the letter has now."""

    reason = _(
        "Nothing was signed: the text that you saw is not the letter’s text. Read it again and send the form once more."
    )


class NothingAsked(Refusal):
    """An answer to a correction was given for a signature that is not asked."""

    reason = _(
        "Nothing was changed: nothing is asked of this signature any more. It was answered, stands for the newest text, or no longer stands under "
        "the letter."
    )


class OwnProposal(Refusal):
    """Whoever proposed to sign the corrected text wanted to agree to it as the second person, too."""

    reason = _(
        "Nothing was signed: the organization lets nobody sign alone, and the proposal is yours. A colleague who may approve must agree."
    )


class AlreadySigned(Refusal):
    """The organization is admitted, or this person has already confirmed for it."""

    reason = _(
        "Nothing was changed: you have already signed this letter for this organization. Under “My work” you see where it stands."
    )


class OnlyStricter(Refusal):
    """A signature was to be shown to more people than before."""

    reason = _("Nothing was changed: a signature can only be shown to fewer people than now.")


class NothingToHide(Refusal):
    """The visibility of a signature was to be changed that does not count any more."""

    reason = _("Nothing was changed: this signature does not stand under the letter, so its name is not shown there.")


class SamePerson(Refusal):
    """The person who entered a signature from paper wanted to confirm it herself."""

    reason = _("Nothing was confirmed: you entered this signature yourself. A colleague must compare it with the scan.")


class SignedInFuture(Refusal):
    """The day on a paper has not come yet."""

    reason = _("Nothing was entered: the day of the signature has not come yet. Compare it with the paper.")


class AnotherIsAdmitted(Refusal):
    """The organization already has an admitted signature under this text."""

    reason = _("Not admitted: this organization’s signature was already admitted. Refuse this claim or leave it.")


class OwnSignature(Refusal):
    """Somebody was to judge a signature of an organization for which she speaks herself."""

    reason = _("Nothing was recorded: you speak for this organization yourself. Let a colleague decide about it.")


class ReasonMissing(Refusal):
    """A refusal without a reason."""

    reason = _("Nothing was decided: write the reason. It is mailed to the representative.")


class TooManyForms(Refusal):
    """Forms come faster than people fill them in."""

    reason = _(
        "Nothing was sent: too many forms came from your network or for this address within an hour. What you typed is still here; "
        "wait an hour and send it again, or write to the coordinator."
    )


class SignatureOnHold(Refusal):
    """A signature of one of two organizations is disputed."""

    reason = _("Nothing was merged: a signature of one of the two is on hold. Decide the dispute first.")


class VisibilityDiffers(Refusal):
    """Two organizations stand under one text, and not everybody may see both."""

    reason = _(
        "Nothing was merged: both stand under “%(letter)s”, but not everybody may see both signatures. Ask the representatives to "
        "choose the same, then merge."
    )


class FrozenListNamesIt(Refusal):
    """A late signature stands in a frozen addendum, and the next one would name it again under another id."""

    reason = _(
        "Nothing was merged: an addendum to “%(letter)s” names the organization that would go, and the next addendum would name it once "
        "more. Let that organization stay, or put the letter into the archive first."
    )


class MandateRevoked(Refusal):
    """A signature was to be admitted whose mandate the organization has revoked."""

    reason = _("Not admitted: the mandate of the person who signed was revoked. Refuse this signature.")


class ProposalRevoked(Refusal):
    """A second person was to agree to a proposal whose mandate was revoked."""

    reason = _(
        "Nothing was signed: the mandate of the colleague who proposed this was revoked. Decline the proposal; another colleague "
        "can sign."
    )


class NobodyApproves(Refusal):
    """An organization asks for a second person and has none."""

    reason = _(
        "Nothing was signed: the organization asks a second person to approve, and nobody else has this role now. An owner of the "
        "organization can invite one or switch the second approval off."
    )


class NobodyToApprove(Refusal):
    """A second approval was to be switched on for an organization in which only one person could act."""

    reason = _(
        "Nothing was changed: invite a second owner or an approver first, and wait until the invitation is accepted."
    )


class AlreadyDecided(Refusal):
    """A proposed change was to be decided twice."""

    reason = _("Nothing was changed: somebody else has decided about this change. Look at the list again.")


class ProposerLeft(Refusal):
    """A change was to be agreed to that somebody proposed who owns the organization no longer."""

    reason = _(
        "Nothing was changed: whoever proposed this owns the organization no longer. Decline it; a present owner can propose it again."
    )
