"""The acts in the private journal, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign.base.models import JournalEntry

WORDS: dict[str, str | Promise] = {
    "letter.made": _("Made the letter."),
    "letter.imported": _("Imported the letter from a folder."),
    "letter.changed": _("Changed the draft."),
    "letter.issuer_changed": _("Changed the issuer’s data."),
    "letter.recipient_added": _("Added a recipient: %(office)s."),
    "letter.recipient_changed": _("Changed a recipient: %(office)s."),
    "letter.recipient_moved": _("Changed the order of the recipients: %(office)s."),
    "letter.recipient_removed": _("Removed a recipient: %(office)s."),
    "letter.blocks_confirmed": _("Compared the texts and confirmed that %(count)s blocks say the same."),
    "letter.reader_asked": _("Asked somebody to read the draft first."),
    "letter.reader_dismissed": _("Took back an address at which the draft could be read."),
    "letter.demands_addressed": _("Said to whom each demand is addressed."),
    "letter.opened": _("Opened the letter for signature."),
    "letter.corrected": _("Corrected the text; revision %(revision)s is signed from then on."),
    "letter.published": _("Published the letter, or set the time of its publication."),
    "letter.closed": _("Closed the letter with %(count)s signatures."),
    "letter.vouched_counted": _("Let organizations count that are only vouched for."),
    "letter.vouched_not_counted": _("Let only confirmed organizations count from then on."),
    "letter.late_allowed": _("Allowed late signatures until a set time."),
    "letter.late_ended": _("Ended the late signatures."),
    "letter.addendum": _("Made addendum %(number)s with %(count)s late signatures."),
    "letter.withdrawn": _("Withdrew the letter."),
    "letter.archived": _("Put the letter into the archive."),
    "letter.edition_again": _("Had a parked edition printed again: %(file)s."),
    "signature.confirmed": _("Confirmed a signature."),
    "signature.admitted": _("Admitted a signature."),
    "signature.kept": _("Left a signature under the text before a correction."),
    "signature.renewal_proposed": _("Proposed to a second person to sign the corrected text."),
    "signature.renewed": _("Signed the corrected text as well."),
    "signature.refused": _("Refused a signature."),
    "signature.withdrawn": _("Withdrew a signature."),
    "signature.merged": _("Merged a signature with an earlier one of the same organization."),
    "signature.entered": _("Entered a signature that came on paper or by e-mail."),
    "signature.seconded": _("Compared an entered signature with its scan and confirmed it."),
    "signature.discarded": _("Threw away an entered signature that nobody had confirmed."),
    "consent_file.made": _("Made a consent evidence file."),
    "consent_file.public": _("Made the public version of the consent evidence file."),
    "signature.visibility_restricted": _("Showed a signature to fewer people."),
    "signature.proposed": _("Proposed a signature to a second person."),
    "signature.approved": _("Approved a proposed signature."),
    "signature.declined": _("Declined a proposed signature."),
    "signature.forwarded": _("Forwarded a proposed signature to a colleague."),
    "signature.unanswered": _("Ended a proposed signature that nobody answered in time."),
    "signature.disputed": _("Put a signature on hold, because the organization disputes it."),
    "dispute.resolved": _("Resolved a dispute about a signature."),
    "eds.received": _("Sent an electronic signature."),
    "eds.verified": _("Verified an electronic signature."),
    "mandate.stated": _("Stated a mandate."),
    "evidence.handed_in": _("Handed in a registration document."),
    "mandate.revoked": _("Revoked a mandate."),
    "colleague.invited": _("Invited a colleague."),
    "colleague.invitation_taken_back": _("Took back the invitation of a colleague."),
    "colleague.joined": _("Accepted the invitation to act for an organization."),
    "colleague.role_changed": _("Changed the role of a colleague."),
    "colleague.left": _("Left an organization."),
    "colleague.removed": _("Removed a colleague."),
    "organization.handed_over": _("Handed an organization over."),
    "organization.profile_changed": _("Changed the profile of an organization."),
    "organization.change_proposed": _("Proposed a change of what reviewers had checked."),
    "organization.change_decided": _("Decided about a proposed change of a profile."),
    "organization.second_person": _("Switched the second approval on or off."),
    "evidence.recorded": _("Recorded evidence."),
    "invitation.prepared": _("Put organizations on the board of invitations: %(count)s."),
    "invitation.sent": _("Sent an invitation: %(organization)s."),
    "invitation.sent_by_hand": _("Handed an invitation over personally: %(organization)s."),
    "invitation.answered_by_hand": _("Wrote down an answer to an invitation: %(organization)s."),
    "invitation.bounced": _("Marked the mailbox of an invitation as unreachable: %(organization)s."),
    "invitation.changed": _("Corrected an invitation: %(organization)s."),
    "invitation.given": _("Said who talks to an invited organization: %(organization)s."),
    "invitation.stopped": _("Stopped the reminders of an invitation: %(organization)s."),
    "invitation.removed": _("Took an invitation off the board: %(organization)s."),
    "invitation.planned": _("Changed the deadlines and reminders of the invitations."),
    "take_out.asked": _("Asked for a confidential list: %(reason)s"),
    "take_out.agreed": _("Agreed that a colleague takes out a confidential list."),
    "take_out.refused": _("Refused that a colleague takes out a confidential list."),
    "take_out.fetched": _("Took out a confidential list."),
    "bulk.invite": _("Started sending invitations: %(count)s."),
    "bulk.admit": _("Started admitting signatures in bulk: %(count)s."),
    "signature.seconding": _("Said yes to a signature; a second reviewer decides next."),
    "organization.level": _("Gave the organization a level: %(level)s."),
    "organization.level_first": _("Said yes to a level: %(level)s; a second reviewer decides next."),
    "organization.revoked": _("Revoked the verification of the organization: %(reason)s"),
    "organization.one_network": _(
        "Both reviewers signed in from one network on one day; the explanation stands beside the decision."
    ),
    "organization.lapsed": _("Evidence expired; the level of the organization is now: %(level)s."),
    "vouch.given": _("Vouched for the organization, as %(voucher)s."),
    "vouch.withdrawn": _("Took the word for the organization back, as %(voucher)s."),
    "person.erased": _("Erased what was known of a person who asked for it."),
    "document.deleted": _("Deleted a document whose time had passed; its digest is kept."),
}

# Acts among the people of an organization before it has signed; coordinators of the letter read nothing of them
WITHIN_AN_ORGANIZATION = ("signature.proposed", "signature.declined", "signature.forwarded", "signature.unanswered")


def words(entry: JournalEntry) -> str:
    """What was done, as a sentence in the active language; an act without words of its own is named as it was written."""
    known = WORDS.get(entry.action)
    if known is None:
        return gettext("Did this: %(act)s.") % {"act": entry.action}
    sentence: str = str(known) % entry.details
    return sentence
