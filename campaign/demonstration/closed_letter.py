"""The letter that was signed, closed and delivered: who left it since, who came late, and the addendum that tells of them."""

from datetime import datetime, timedelta

from campaign.base.models import User
from campaign.demonstration.people import Desk
from campaign.demonstration.signing import Told, admitted, opened
from letters.models import Letter
from letters.services import addendum
from letters.services import letter as letters
from signatories.models import Signature
from signatories.services import signature as signatures
from signatories.services import visibility
from signatories.states import Visibility

SIGNATORIES = 26
LEFT, HID = 19, 13  # who withdrew, and who chose to be seen less, after the letter was delivered
LATE, LATER = (26, 27), 28  # who stand in the addendum, and who waits for the next one
ADDRESSED = {
    2: ("akim-almaty", "akim-astana"),
    3: ("prime-minister", "akim-almaty", "akim-astana"),
    4: ("minister-healthcare",),
}
SEEN_LONG_AGO = (3, 16)  # whose entry in the register was seen last year, so that their evidence runs out soon
A_YEAR_ALMOST = timedelta(days=352)


def tell(organizations: list[Told], coordinator: User, *, now: datetime) -> Letter:
    """From the opening, 130 days ago, to the addendum."""
    begin, end = now - timedelta(days=130), now - timedelta(days=100)
    letter = opened("closed", by=coordinator, opened_at=begin, closes_at=end, demands=ADDRESSED)
    Letter.objects.filter(pk=letter.pk).update(bound_editions=True)
    for number, who in enumerate(organizations[:SIGNATORIES]):
        seen_at = now - A_YEAR_ALMOST if number in SEEN_LONG_AGO else None
        at = begin + timedelta(days=1, hours=20 * number)
        admitted(letter, who, coordinator, seen_at=seen_at, at=at)
    letter.refresh_from_db()
    letters.close_letter(letter, by=None, at=end)
    letters.publish_letter(letter, by=coordinator, at=end + timedelta(days=1))
    until = now + timedelta(days=20)
    addendum.allow_late_signatures(letter, until=until, by=coordinator, at=end + timedelta(days=10))
    for number, key in enumerate(LATE):
        admitted(letter, organizations[key], coordinator, at=end + timedelta(days=20 + 7 * number))
    addendum.make_addendum(letter, by=coordinator, at=end + timedelta(days=45))
    return letter


def go_on(letter: Letter, organizations: list[Told], desk: Desk, *, now: datetime) -> None:
    """What happened since: one left, one chose to be seen less, one more came late."""
    left = _signature(letter, organizations[LEFT])
    signatures.withdraw(left, by=_person(left), at=now - timedelta(days=20))
    hid = _signature(letter, organizations[HID])
    visibility.restrict_visibility(hid, Visibility.ADDRESSEE, by=_person(hid), at=now - timedelta(days=15))
    admitted(letter, organizations[LATER], *desk.reviewers, at=now - timedelta(days=8))


def _signature(letter: Letter, who: Told) -> Signature:
    return Signature.objects.get(revision__letter=letter, organization__domain=who["domain"])


def _person(signature: Signature) -> User:
    assert signature.person is not None
    return signature.person
