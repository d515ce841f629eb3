"""What this site knows of a printed letter: by the code on the paper, by a file, or by the SHA-256 of a file."""

import hashlib
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.base import checkpoints
from campaign.base.jobs import JobState
from campaign.base.models import RegisterEntry
from letters import signed_by
from letters.models import Edition, Letter, Revision, SignatoryList
from letters.printing.judge import Judgement, Outcome, judge
from letters.signed_by import WithdrawnLine

logger = logging.getLogger(__name__)

MOST_JUDGED = 256  # stored files, whose judgements are remembered
MOST_UPDATES = 50
LARGEST_FILE = 12_000_000  # bytes; deploy/nginx.conf lets no more in


class Answer(StrEnum):
    """What a check comes to."""

    GENUINE = "genuine"
    CODE_KNOWN = "code_known"
    CODE_UNKNOWN = "code_unknown"
    REPLACED = "replaced"
    NOT_RECORDED = "not_recorded"
    HASH_UNKNOWN = "hash_unknown"
    ALTERED = "altered"
    ADDED_TO = "added_to"
    SAVED_AGAIN = "saved_again"
    TRUNCATED = "truncated"
    FOREIGN = "foreign"
    UNSIGNED = "unsigned"
    NOT_A_PDF = "not_a_pdf"
    NOT_JUDGED = "not_judged"
    TOO_LARGE = "too_large"
    NO_QR_CODE = "no_qr_code"
    QR_CODE_ELSEWHERE = "qr_code_elsewhere"

    @property
    def is_good(self) -> bool:
        """Whether the paper or the file is what it says it is."""
        return self in (Answer.GENUINE, Answer.CODE_KNOWN)

    @property
    def words(self) -> str | Promise:
        """The answer in plain words."""
        return _WORDS[self]


_WORDS: dict[Answer, str | Promise] = {
    Answer.GENUINE: _(
        "Genuine: this file is, from the first byte to the last, the letter that was printed and sealed here."
    ),
    Answer.CODE_KNOWN: _(
        "This code belongs to a letter that was published here. Compare its title, fingerprint and date with your paper."
    ),
    Answer.CODE_UNKNOWN: _(
        "No published letter has this code. Compare it with the line at the foot of the page: twelve digits and letters from a to f. If "
        "it is typed right, the paper was not printed here."
    ),
    Answer.REPLACED: _(
        "This file was printed and sealed here and was not altered, but another one has taken its place since. Fetch the letter anew from its page."
    ),
    Answer.NOT_RECORDED: _(
        "The seal is of this site and the file was not altered, but the register knows no such edition. Do not rely on it; ask the issuer."
    ),
    Answer.HASH_UNKNOWN: _(
        "No letter with exactly these bytes was printed here. Send the file itself, so that it can be said what became of it."
    ),
    Answer.ALTERED: _("Not genuine: the file was altered after it was sealed. Its content is not what was signed."),
    Answer.ADDED_TO: _(
        "Not as it was sealed: something was added to the file afterwards. What was sealed is still in it unchanged; open the letter from its "
        "page to be sure of what you read."
    ),
    Answer.SAVED_AGAIN: _(
        "This file was saved again by another program, and its seal was lost with that. It may or may not say the same: fetch the letter anew "
        "from its page, or check the file that you received first."
    ),
    Answer.TRUNCATED: _("The file is not whole: its end is missing. Fetch or copy it again."),
    Answer.FOREIGN: _(
        "Not genuine: the file is signed by somebody else, with a certificate that this site does not know."
    ),
    Answer.UNSIGNED: _(
        "This PDF carries no seal of this site. If it was printed and scanned, or saved by another program, type the code from the foot of the page instead."
    ),
    Answer.NOT_A_PDF: _("This file is not a PDF that can be read. Choose the file exactly as you received it."),
    Answer.NOT_JUDGED: _(
        "This file could not be looked at within the time and memory that there is for one, so nothing is said of it, neither good nor bad. Try "
        "again later, type the code from the foot of the page, or use the program docs/verify/verify_letter.py."
    ),
    Answer.TOO_LARGE: _("The file is larger than any letter of this site (12 MB), so it was not printed here."),
    Answer.NO_QR_CODE: _(
        "No QR code can be read in this picture. Take it again: in good light, from above, so that the code is sharp and fills a third of the "
        "picture. Or type the code that stands beside it."
    ),
    Answer.QR_CODE_ELSEWHERE: _(
        "The QR code in this picture does not lead to a letter of this site. If it stands on a paper that says so, do not rely on the paper."
    ),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """The register entry of a printed edition; `checkpoint` is the size of the signed one that has it, 0 while none has."""

    index: int
    printed_at: str
    checkpoint: int


@dataclass(frozen=True, slots=True)
class Check:
    """One answer with all that is known. `edition` is the very file; of a letter that is not published the revision is told with it alone.

    `newest` is the number of the text that is signed today. `then`: the frozen list under the edition, of a code alone that of the closing; `now`: how many signatures count
    today; `came`: the names in public of those that came since; `left`: public traces of those that left since; `addenda`: the lists that were frozen
    later, in their order.
    """

    answer: Answer
    revision: Revision | None = None
    edition: Edition | None = None
    then: SignatoryList | None = None
    now: int = 0
    came: Sequence[str] = ()
    addenda: Sequence[SignatoryList] = ()
    left: Sequence[WithdrawnLine] = ()
    public_editions: Sequence[Edition] = ()
    judgement: Judgement | None = None
    proof: Proof | None = None
    newest: int = 1

    @property
    def letter(self) -> Letter | None:
        """The letter that is told."""
        return None if self.revision is None else self.revision.letter


def check_code(digits: str, *, language: str, at: datetime) -> Check:
    """What is known by the twelve digits from the foot of a page."""
    found = Revision.objects.filter(letter__published_at__lte=at, fingerprint__startswith=digits)
    revision = found.select_related("letter__issuer").first()
    return Check(Answer.CODE_UNKNOWN) if revision is None else _of_revision(Answer.CODE_KNOWN, revision, language)


def check_hash(sha256: str, *, language: str, at: datetime) -> Check:
    """What is known by the SHA-256 of a file that stays where it is; its seal is read from the same bytes, which are here as well.

    The register tells every hash to everybody, so that of a letter which is not published yet nothing is known by it.
    """
    edition = _edition(sha256)
    if edition is None or not edition.revision.letter.is_published(at):
        return Check(Answer.HASH_UNKNOWN)
    copy = edition.archive_copies.filter(sha256=sha256).first()
    try:
        judgement = _judged(str((copy or edition).file), sha256)
    except OSError as lost:
        logger.error("The file of edition %d cannot be judged: %s", edition.pk, lost)
        judgement = None
    return _of_edition(edition, judgement, language)


@lru_cache(maxsize=MOST_JUDGED)
def _judged(name: str, sha256: str) -> Judgement:
    """The judgement of a stored file, which takes a process of its own and is always the same.

    :raises OSError: it is not there, or is not as it was stored.
    """
    with default_storage.open(name) as file:
        content = file.read()
    judgement = judge(content) if hashlib.sha256(content).hexdigest() == sha256 else None
    if judgement is None or judgement.outcome != Outcome.INTACT:
        raise OSError("It is not as it was stored, or was not judged in time.")
    return judgement


def check_file(content: bytes, *, language: str, at: datetime) -> Check:
    """What became of a file."""
    if len(content) > LARGEST_FILE:
        return Check(Answer.TOO_LARGE)
    sha256 = hashlib.sha256(content).hexdigest()
    if edition := _edition(sha256):
        return _of_edition(edition, judge(content), language)
    judgement = judge(content)
    revision = _published(judgement.fingerprint, at)
    if judgement.outcome == Outcome.INTACT:
        earlier = _earlier_states(content)  # of a file that was stamped or signed further, the edition is one of them
        if edition := next(filter(None, map(_edition, earlier)), None):
            return _of_edition(edition, judgement, language)
        proof = next(filter(None, (_proof(revision, one) for one in (sha256, *earlier))), None) if revision else None
        answer = Answer.NOT_RECORDED if proof is None else Answer.REPLACED
    else:
        answer, proof = Answer(judgement.outcome.value), None
    if revision is None:
        return Check(answer, judgement=judgement)
    return _of_revision(answer, revision, language, judgement=judgement, proof=proof)


def _earlier_states(content: bytes) -> list[str]:
    """The SHA-256 of what the file was before each of its updates, the newest first; a file that grew too often has none."""
    ends = [found.end() for found in re.finditer(rb"%%EOF\r?\n", content)][:MOST_UPDATES]
    return [hashlib.sha256(content[:end]).hexdigest() for end in reversed(ends) if end < len(content)]


def _edition(sha256: str) -> Edition | None:
    """The printed edition with this hash, or the one of which this is an archive copy."""
    done = Edition.objects.filter(Q(sha256=sha256) | Q(archive_copies__sha256=sha256), state=JobState.DONE)
    return done.select_related("revision__letter__issuer", "recipient__office").first()


def _published(fingerprint: str, at: datetime) -> Revision | None:
    """The revision with this fingerprint, where the public may know it."""
    if not fingerprint:
        return None
    found = Revision.objects.filter(fingerprint=fingerprint, letter__published_at__lte=at)
    return found.select_related("letter__issuer").first()


def _of_edition(edition: Edition, judgement: Judgement | None, language: str) -> Check:
    return _of_revision(
        Answer.GENUINE,
        edition.revision,
        language,
        edition=edition,
        number=edition.addendum,
        judgement=judgement,
        proof=_proof(edition.revision, edition.sha256),
    )


def _of_revision(answer: Answer, revision: Revision, language: str, *, number: int = 0, **facts: Any) -> Check:
    letter = revision.letter
    standing = signed_by.reader().standing(revision.letter_id, language)
    printed = Edition.objects.filter(revision=revision, recipient=None, addendum=0, state=JobState.DONE)
    lists = list(revision.signatory_lists.order_by("number"))
    before = [one for one in lists if one.number <= number]
    known = {
        key for one in before for key in (*one.ids(), *one.entries())
    }  # an id may change when organizations are merged
    public = letter.is_published(timezone.now())
    return Check(
        answer,
        revision=revision,
        newest=letter.revisions.count(),
        then=next((one for one in lists if one.number == number), None),
        addenda=[one for one in lists if public and one.number > number],
        now=standing.counts.admitted,
        came=[line.name for line in standing.names if before and public and known.isdisjoint((line.key, line.entry))],
        left=standing.withdrawn,
        public_editions=list(printed.order_by("language")),
        **facts,
    )


def _proof(revision: Revision, sha256: str) -> Proof | None:
    entries: Any = RegisterEntry.objects.filter(letter=revision.letter.uid, kind="edition.printed").order_by("index")
    for index, leaf in entries.values_list("index", "leaf"):
        facts = json.loads(bytes(leaf))
        if facts["sha256"] == sha256:
            point = checkpoints.newest()
            covered = point.size if point is not None and point.size > index else 0
            return Proof(index, facts["at"], covered)
    return None
