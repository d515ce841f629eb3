"""How the second floor says no."""

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


class NothingToProve(Refusal):
    """A consent file was asked for where no signature counts or counted."""

    reason = _("No file was made: no signature that counts, or ever counted, is there.")


class NothingInPublic(Refusal):
    """A public consent file of an organization that is named under no published letter."""

    reason = _("No file was made: the organization is named in public under no letter yet.")


class NotPublishedYet(Refusal):
    """A public consent file was asked for before the letter was public."""

    reason = _(
        "No file was made: the letter is not published yet, and the file would name who signed it. Publish it first."
    )


class SealMissing(Refusal):
    """A consent file could not be sealed."""

    reason = _(
        "No file was made: this site has no key to seal it with, or the key cannot be read. Tell those who run the site; the "
        "settings SIGNING_PKCS12 and SIGNING_PASSWORD name it."
    )


class CodeWrong(Refusal):
    """The typed code is not the one that was mailed."""

    reason = _(
        "This is not the code from our last message. Check the digits and type them again. Attempts left: %(left)d."
    )


class CodeExpired(Refusal):
    """The code was typed too late."""

    reason = _("This code has expired. Press “Send a new code”; what you filled in is kept.")


class CodeExhausted(Refusal):
    """A wrong code was typed ten times."""

    reason = _(
        "A wrong code was typed ten times, so it no longer works. Press “Send a new code”; what you filled in is kept."
    )


class TooManyCodes(Refusal):
    """So many codes were asked for an address that it would be a nuisance."""

    reason = _(
        "No code was sent: too many were sent to this address for this letter. Try again tomorrow, or write to the coordinator."
    )


class WaitForCode(Refusal):
    """A new code was asked for too soon."""

    reason = _(
        "No new code was sent: the last one went out less than a minute ago. Look into your mailbox, also into the spam folder."
    )


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


class LooksKnown(Refusal):
    """The organization that was typed in seems to be in the list already, under another spelling."""

    reason = _(
        "Nothing was sent yet: an organization like yours is in the list already, perhaps under another spelling. Choose it, "
        "or say below that yours is another one."
    )


class IsKnown(Refusal):
    """The organization that was typed in has the number or the domain of one in the list."""

    reason = _(
        "Nothing was sent: an organization with this registration number or website is in the list already. Choose it; if yours is "
        "another one, correct the number and the website."
    )


class DocumentNotKept(Refusal):
    """A document was right, but could not be written to the disk."""

    reason = _(
        "Nothing was saved: there is no room for the document at the moment. What you typed is still here; send it without the "
        "document, or try again later."
    )


class DomainNotOwn(Refusal):
    """A domain was to be confirmed that is not the one of the organization's website."""

    reason = _(
        "Nothing was prepared: only the domain of the organization’s website in our list can be confirmed. Correct the website first."
    )


class DomainUnfit(Refusal):
    """A domain was to be confirmed that proves nothing, whoever controls it. Which rule it broke is said to reviewers alone."""

    reason = _(
        "Nothing was prepared: the domain %(domain)s cannot be confirmed in this way. The coordinators will check the organization in another way."
    )


class ProofExpired(Refusal):
    """A check was asked for with a text that had expired or was used before."""

    reason = _("Nothing was checked: what you were given to publish has expired or was used. Ask for a new one.")


class CheckWaits(Refusal):
    """The same check was asked for again before it was made."""

    reason = _("Nothing was added: this check is already under way. Look again in a minute.")


class TooManyChecks(Refusal):
    """Checks are asked for more often than a domain changes."""

    reason = _("Nothing was checked: there were too many checks within a day. Ask again tomorrow.")


class RegisterNotAsked(Refusal):
    """A look-up was asked for that the installation does not offer, or for a number of another register."""

    reason = _("Nothing was looked up: this number’s register is not connected here. Open the register yourself.")


class SameOrganization(Refusal):
    """An organization was to be merged with itself."""

    reason = _("Nothing was merged: this is one organization, not two. Choose its duplicate.")


class MergedMeanwhile(Refusal):
    """An organization was merged with its duplicate while somebody acted for it."""

    reason = _(
        "Nothing was changed: two entries of this organization were made one at this very moment. Open the page again and repeat the step."
    )


class AlreadyMerged(Refusal):
    """One of two organizations was merged by somebody else."""

    reason = _("Nothing was merged: one of the two was merged already. Look at the list of duplicates again.")


class KeepTheVerified(Refusal):
    """A verified organization was to go over to one that nobody has verified."""

    reason = _("Nothing was merged: only one of the two is verified. Let that one stay.")


class StillDisputed(Refusal):
    """A signature on hold was to be admitted or refused apart from its dispute."""

    reason = _("Nothing was decided: the organization disputes this signature. Resolve the dispute first.")


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


class NotAskingNow(Refusal):
    """An invitation was to be sent or answered while the letter takes no signatures."""

    reason = _("Nothing was done: at the moment this letter takes no signatures, so nobody is asked to sign it.")


class AlreadyAnswered(Refusal):
    """An invitation was to be sent or changed that is answered."""

    reason = _("Nothing was done: this organization has already answered. What it answered stands on the board.")


class AlreadyInvited(Refusal):
    """A mailbox was to be invited twice to one letter."""

    reason = _(
        "Nothing was saved: this e-mail address is already invited to sign this letter. Look for it on the board."
    )


class RemindersStopped(Refusal):
    """A message was to be sent to somebody who asked for none."""

    reason = _("Nothing was sent: this organization has asked for no more messages about this letter.")


class InvitedRecently(Refusal):
    """An invitation was to be sent again too soon."""

    reason = _("Nothing was sent: the last message went out less than 24 hours ago. Try again tomorrow, or call them.")


class InvitationWasSent(Refusal):
    """An invitation was to be removed that somebody has already got."""

    reason = _(
        "Nothing was removed: this invitation was sent, so it stays on the board. Mark it as declined, or stop the reminders."
    )


class NothingToDo(Refusal):
    """Bulk work was to be started without a single row."""

    reason = _("Nothing was started: there is nothing to do at the moment.")


class CellWrong(Refusal):
    """A cell of a list of invitations that cannot be taken."""

    reason = _("under “%(heading)s”: %(problem)s")


class ActMissing(Refusal):
    """The button under the board was pressed without saying what to do."""

    reason = _("Nothing was done: choose what to do with the marked organizations, then press the button again.")


class NoLongerActs(Refusal):
    """Somebody signed for an organization that has ended his or her right to do so."""

    reason = _(
        "Nothing was signed: you no longer act for this organization here. An owner of the organization can invite you anew."
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


class OnlyOwners(Refusal):
    """A person asked for what only the owners of an organization may do."""

    reason = _("Nothing was changed: only an owner of the organization may do this. Ask one of them.")


class AlreadyColleague(Refusal):
    """Somebody was invited who acts for the organization already."""

    reason = _("No invitation was sent: this person acts for the organization already. Change the role in the list.")


class TooManyInvitations(Refusal):
    """So many colleagues were invited within a day that it would be a nuisance."""

    reason = _("No invitation was sent: twenty went out within a day. Send the next one tomorrow.")


class InvitedTooOften(Refusal):
    """The same colleague was invited so often within a day that it would be a nuisance."""

    reason = _(
        "No invitation was sent: this address got three within a day. The last one still works; send the next one tomorrow."
    )


class InvitationOver(Refusal):
    """An invitation of a colleague was answered too late, or after it was taken back."""

    reason = _("Nothing was changed: this invitation is no longer open. Ask the person who sent it for a new one.")


class LastOwner(Refusal):
    """The last owner was to lose this role."""

    reason = _("Nothing was changed: the organization would be without an owner. Hand it over to a colleague first.")


class OneSelf(Refusal):
    """An owner tried to remove himself or herself like a colleague."""

    reason = _("Nothing was changed: this is you. Hand the organization over or leave it.")


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


class OrganizationSigned(Refusal):
    """A second proposal of the same organization was to be approved."""

    reason = _("Nothing was approved: your organization has signed this letter already.")


class AlreadyAsked(Refusal):
    """A proposal was forwarded to somebody who has it already, or who made it."""

    reason = _("It was not forwarded: this colleague has made the proposal or was asked already.")


class NotDisputable(Refusal):
    """A signature was to be disputed that is not given, or no longer."""

    reason = _("Nothing was changed: this signature does not stand any more, so there is nothing to put on hold.")


class DisputeReasonMissing(Refusal):
    """A dispute was to be resolved without a reason."""

    reason = _("Nothing was decided: write the reason. It is mailed to everybody whom the dispute concerns.")


class EdsNotPossible(Refusal):
    """An electronic signature came for an organization without a BIN, or for a signature that does not stand."""

    reason = _(
        "Nothing was taken: electronic signatures of Kazakhstan can be checked only for organizations with a BIN in our list, and only "
        "while the signature stands."
    )


class EdsRoleUnbinding(Refusal):
    """An electronic signature is good, and its certificate does not say that the person may bind the organization."""

    reason = _(
        "The electronic signature is good, but the certificate does not show that you may sign for the organization; it says: %(role)s. "
        "The coordinator sees it and checks your mandate in another way."
    )


class AuthoritySilent(Refusal):
    """The certification authority did not say whether a certificate is revoked, however often it was asked."""

    reason = _(
        "The electronic signature could not be checked: the certification authority did not answer whether the certificate is revoked. "
        "Send the signature again in some hours."
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


class TakeOutNotYours(Refusal):
    """Whoever asked for a confidential list was to agree to it, too."""

    reason = _("Nothing was decided: you asked for this list yourself, so another coordinator must agree to it.")


class TakeOutOver(Refusal):
    """A confidential list was to be decided about or fetched for the second time, too late, or without a yes."""

    reason = _(
        "Nothing was taken out: a colleague refused, decided already, or the time ran out; or the list was fetched already. Ask for it anew."
    )


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


class VouchForOneself(Refusal):
    """Somebody was to vouch for an organization for which the same person acts."""

    reason = _("Nothing was recorded: an organization cannot vouch for itself, nor you for one that you act for.")


class VouchTooEarly(Refusal):
    """An organization was to vouch whose own verification is too young or too weak."""

    reason = _(
        "Nothing was recorded: only an organization that was itself confirmed at least ninety days ago can vouch for others."
    )


class VouchedBack(Refusal):
    """Two organizations were to vouch for each other."""

    reason = _("Nothing was recorded: that organization vouches for yours, so yours cannot vouch for it.")


class VouchedEnough(Refusal):
    """An organization was to vouch too often within a year."""

    reason = _("Nothing was recorded: an organization can vouch %(most)d times within a year, and yours has.")


class VouchedAlready(Refusal):
    """An organization was to vouch for the same one again."""

    reason = _("Nothing was changed: your organization vouches for this one already.")


class VouchCodeUnknown(Refusal):
    """The code of an organization was mistyped."""

    reason = _(
        "Nothing was recorded: no organization has this code. Ask its people for the code on their page “Word of other "
        "organizations”."
    )


class AlreadyDecided(Refusal):
    """A proposed change was to be decided twice."""

    reason = _("Nothing was changed: somebody else has decided about this change. Look at the list again.")


class ProposerLeft(Refusal):
    """A change was to be agreed to that somebody proposed who owns the organization no longer."""

    reason = _(
        "Nothing was changed: whoever proposed this owns the organization no longer. Decline it; a present owner can propose it again."
    )


class TooManyDocuments(Refusal):
    """Documents come more often than anybody makes them."""

    reason = _("The document was not taken: five came within a day. Send the next one tomorrow.")
