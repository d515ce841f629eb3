"""Two approvers, twenty representatives and a closing coordinator act at the same moment on PostgreSQL."""

from collections.abc import Callable

import pytest

from campaign.base import locks
from campaign.base.models import JournalEntry, Mail, User
from letters.models import Letter
from letters.services import letter as letters
from signatories.models import MailedCode, Organization, Representative, Signature
from signatories.services import approval as approvals
from signatories.services import signature as signatures
from signatories.states import Role, SignatureState
from tests.conftest import NOON, mailed_code
from tests.signatories.test_race import hesitant, only_look, race

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]

ROUNDS = 12
CONTROL_ROUNDS = 5  # without the locks nearly every round goes wrong
REPRESENTATIVES = 20
GIVEN = (SignatureState.CONFIRMED, SignatureState.ADMITTED)


def approvers_of(organization: Organization) -> list[User]:
    people = []
    for name in ("first", "second"):
        person = User.objects.create_user(f"{name}@{organization.slug}.example", language="en")
        Representative.objects.create(user=person, organization=organization, role=Role.APPROVER, accepted_at=NOON)
        people.append(person)
    return people


def started(letter: Letter, organization: Organization, number: int) -> Signature:
    revision = letter.revisions.get()
    return signatures.start(
        revision,
        organization=organization,
        claim=None,
        email=f"representative-{number}@{organization.slug}.example",
        person_name="A. Representative",
        position="Lawyer",
        basis="power",
        fingerprint=revision.fingerprint,
        language="en",
        at=NOON,
    )


def approval(signature: Signature, approver: User) -> Callable[[], None]:
    """The act of this approver on this proposal, with the code from the mail."""
    asked = MailedCode.objects.get(signature=signature, email=approver.email)
    code = Mail.objects.get(template="approval_asked", context__token=asked.token).context["code"]
    return lambda: approvals.approve(MailedCode.objects.get(pk=asked.pk), code, at=NOON)


def confirmation(signature: Signature) -> Callable[[], None]:
    """The act of this representative, with the code from the mail."""
    code = mailed_code(signature)
    return lambda: signatures.confirm(Signature.objects.get(pk=signature.pk), code, at=NOON)


def one_round(number: int, letter: Letter, by: User) -> list[str]:
    """Race once over one letter; what came out wrong, in words, and "signed" where the organization signed once."""
    letters.open_letter(letter, by=by, at=NOON)
    organization = Organization.objects.create(
        slug=f"round-{number}", original_language="en", name_en="Careful", verified_at=NOON, needs_approval=True
    )
    approvers = approvers_of(organization)
    claims = [started(letter, organization, one) for one in range(REPRESENTATIVES)]
    proposed, waiting = claims[:2], claims[2:]
    for one in proposed:
        confirmation(one)()
    acts = [approval(one, approver) for one, approver in zip(proposed, approvers, strict=True)]
    acts += [confirmation(one) for one in waiting]
    acts.append(lambda: letters.close_letter(Letter.objects.get(pk=letter.pk), by=by, at=NOON))
    race(acts)
    return outcome(letter)


def outcome(letter: Letter) -> list[str]:
    given = Signature.objects.filter(revision__letter=letter, state__in=GIVEN).count()
    acts = list(JournalEntry.objects.filter(scope=letter.slug).order_by("pk").values_list("action", flat=True))
    found = ["signed"] if given == 1 else []
    if given > 1:
        found.append("the organization signed twice")
    if {"signature.approved", "signature.proposed"} & set(acts[acts.index("letter.closed") :]):
        found.append("somebody acted after the closing")
    return found


def test_an_organization_signs_once_and_never_after_the_closing(
    make_draft: Callable[..., Letter], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for services in (signatures, approvals):
        monkeypatch.setattr(services, "hold", hesitant(locks.hold))

    found = [one for number in range(ROUNDS) for one in one_round(number, make_draft(f"round-{number}"), aigul)]

    assert set(found) == {"signed"}


def test_the_race_goes_red_when_the_one_locking_function_holds_nothing(
    make_draft: Callable[..., Letter], aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for services in (signatures, approvals):
        monkeypatch.setattr(services, "hold", hesitant(only_look))

    found = [one for number in range(CONTROL_ROUNDS) for one in one_round(number, make_draft(f"round-{number}"), aigul)]

    assert "the organization signed twice" in found
    assert "somebody acted after the closing" in found
