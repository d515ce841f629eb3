"""What can be done to a text that is signed already: nothing but a public correction."""

from datetime import datetime

from django.db import transaction

from campaign.base import journal, register
from campaign.base.locks import hold
from campaign.base.models import User
from letters.errors import CorrectedMeanwhile, CorrectionRefused
from letters.models import Letter, Revision
from letters.services.freeze import freeze_correction
from letters.services.letter import read_demands, text_obstacles


@transaction.atomic
def correct_letter(
    letter: Letter, columns: dict[str, str], reason: dict[str, str], *, fingerprint: str, by: User, at: datetime
) -> Revision:
    """Freeze corrected texts into a new revision. Signatures stay with the text that was signed.

    :param columns: all texts anew: {"title_kk": …}.
    :param reason: why, in each language; everybody reads it.
    :param fingerprint: of the text that the person corrected.
    :raises Refusal: CorrectionRefused (the letter takes no signatures), CorrectedMeanwhile, NothingCorrected, TranslationMissing, TextsDiffer.
    """
    held = hold(Letter, letter.pk, to_change=True)
    if not held.takes_signatures(at):
        raise CorrectionRefused
    before = held.current_revision()
    if before.fingerprint != fingerprint:
        raise CorrectedMeanwhile
    for column, text in columns.items():
        setattr(held, column, text)
    for obstacle in text_obstacles(held):
        raise obstacle
    revision = freeze_correction(held, before, reason, at=at)
    read_demands(held)
    journal.write("letter.corrected", held, by=by, at=at, scope=held.slug, revision=revision.number)
    register.append(
        "letter.erratum",
        letter=held.uid,
        at=at,
        number=revision.number,
        fingerprint=revision.fingerprint,
        corrects=before.fingerprint,
        languages=revision.language_fingerprints,
    )
    return revision
