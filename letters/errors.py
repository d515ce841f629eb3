"""How the first floor says no."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class TranslationMissing(Refusal):
    """A letter was to be opened before it could be read in every language."""

    reason = _(
        "The letter was not opened: it has no title or no text in %(languages)s. Add what is missing and press “Open” again."
    )


class TextsDiffer(Refusal):
    """The three texts do not have the same structure."""

    reason = _("The three texts do not match: %(differences)s")


class RecipientMissing(Refusal):
    """A letter was to be opened that is addressed to nobody."""

    reason = _("The letter was not opened: it has no addressee. Add at least one recipient of the rank “addressee”.")


class IssuerIncomplete(Refusal):
    """A letter was to be opened whose issuer lacks what a registry asks for."""

    reason = _("The letter was not opened: the issuer lacks %(fields)s. Complete the issuer and press “Open” again.")


class ClosingInThePast(Refusal):
    """A letter was to be opened whose closing time has passed."""

    reason = _("The letter was not opened: its closing time has already passed. Choose a later one.")


class TextIsFixed(Refusal):
    """The text of a letter was to be changed after it was opened."""

    reason = _("Nothing was changed: the letter was opened, and since then its text, issuer and recipients are fixed.")


class WordFileRefused(Refusal):
    """A file was to be read as a Word file that is none."""

    reason = _(
        "Nothing was taken over: this is no Word file (DOCX) that can be read. Save the text as DOCX and choose it again."
    )


class WordFileTooLarge(Refusal):
    """A Word file is larger than any letter."""

    reason = _("Nothing was taken over: the file is larger than any letter (2 MB). Remove its pictures and try again.")


class ReaderKnown(Refusal):
    """Somebody was to be asked to read a draft who was asked already, or too many were."""

    reason = _("Nobody was asked: this address was asked already, or fifty people were. Take an address back first.")


class CommentsOver(Refusal):
    """A comment came for a part of a draft that is no longer there."""

    reason = _(
        "The comment was not kept: the letter was opened, the time is over, or this part was changed meanwhile. What you wrote is still here; "
        "read the part again."
    )


class TooManyComments(Refusal):
    """A reader wrote very many comments."""

    reason = _("The comment was not kept: two hundred are enough. Write to the coordinator.")


class NothingCorrected(Refusal):
    """A correction was to be made that changes no word."""

    reason = _(
        "Nothing was corrected: the three texts are those that are signed now. Change what is wrong, then go on."
    )


class CorrectionRefused(Refusal):
    """The text of a letter was to be corrected that takes no signatures."""

    reason = _(
        "Nothing was corrected: a text can be corrected while the letter takes signatures. What was closed and delivered stays as it is; write a "
        "new letter."
    )


class CorrectedMeanwhile(Refusal):
    """Two people corrected the same text; the second is refused and keeps what was typed."""

    reason = _(
        "Nothing was corrected: somebody else corrected the text while you were typing. What you typed is still below; compare it with the text "
        "that is signed now."
    )


class EditedMeanwhile(Refusal):
    """Two people edited the same draft; the second save is refused and keeps what was typed."""

    reason = _(
        "Not saved: somebody else changed this draft while you were typing. What you typed is still below, and above it stands where the saved "
        "text differs. Take over what must not be lost, then save again."
    )


class PublicationRefused(Refusal):
    """A draft was to be published."""

    reason = _("The letter was not published: it is still a draft. Open it first.")


class AlreadyPublic(Refusal):
    """A letter that the public reads was to be published again, or at a later time."""

    reason = _("Nothing was changed: the letter is public already, and what was public stays so.")


class VouchedSettled(Refusal):
    """It was to be changed which organizations count under a letter that is not open."""

    reason = _(
        "Nothing was changed: which organizations count can be changed in the draft and while the letter is open for signature."
    )


class LateRefused(Refusal):
    """Late signatures were to be allowed for a letter that is not closed, or until a moment that has passed."""

    reason = _(
        "Nothing was changed: late signatures can be allowed for a closed letter that is not in the archive, until a moment to come."
    )


class AddendumRefused(Refusal):
    """An addendum was to be made for a letter that is not closed."""

    reason = _("No addendum was made: the letter is not closed, or it is in the archive.")


class NothingToAdd(Refusal):
    """An addendum was to be made without newcomers."""

    reason = _(
        "No addendum was made: no signature was admitted after the closing, or all stand in an earlier addendum."
    )


class SlugTaken(Refusal):
    """A letter with this address exists already."""

    reason = _("There is already a letter with the address “%(slug)s”. Choose another one.")


class LogoNotKept(Refusal):
    """A logo was right, but could not be written to the disk."""

    reason = _(
        "Nothing was saved: there is no room for the logo at the moment. What you typed is still here; send it without the "
        "logo, or try again later."
    )


class NotPrintedYet(Refusal):
    """An edition was asked for before it was printed."""

    reason = _("This edition is not printed yet. Wait until the progress bar is full and try again.")


class RecipientTwice(Refusal):
    """An office was to become a recipient of a letter that is addressed to it already."""

    reason = _("Not added: “%(office)s” is already a recipient of this letter.")


class PreviewFailed(Refusal):
    """A preview could not be printed."""

    reason = _(
        "The preview was not made: the text could not be printed. Look for very long words, paragraphs or lists in it, "
        "shorten them and try again."
    )


class PreviewTookTooLong(Refusal):
    """A preview took longer than a person waits."""

    reason = _("The preview was not made: it took more than %(seconds)s seconds. Try again in a minute.")


class PreviewsBusy(Refusal):
    """Other previews are being made by this process."""

    reason = _("The preview was not made: others are being made at this moment. Try again in half a minute.")


class PreviewNeedsText(Refusal):
    """A preview was asked for in a language that has no text yet."""

    reason = _("The preview was not made: the letter has no title or no text in %(language)s yet.")
