"""`manage.py seed_demo` fills an empty installation, once."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaign.base import jobs
from campaign.base.jobs import JobState
from campaign.base.models import Mail, User
from campaign.demonstration import people
from letters.models import Edition, Letter, Official, SignatoryList
from letters.printing.payload import Payload
from letters.services import edition as editions
from signatories.models import Decision, Invitation, Organization, Signature
from signatories.states import InvitationState, Level, SignatureState, Visibility
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def _blank(edition: Edition) -> None:
    printed = {"file": "blank.pdf", "size": 1, "pages": 1, "sha256": "0" * 64, "unsigned_sha256": "0" * 64}
    assert jobs.finish(edition, printed_at=NOON, **printed)


@pytest.fixture
def demonstration(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that says of itself that it is one; it prints blank sheets, which is another test's subject."""
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    monkeypatch.setattr(editions, "print_one", _blank)
    return tmp_path


def counted() -> tuple[int, ...]:
    models = (Letter, Signature, Edition, User, Invitation, Mail)
    return tuple(model._default_manager.count() for model in models)


def states_of(letter: Letter) -> Counter[str]:
    return Counter(Signature.objects.filter(revision__letter=letter).values_list("state", flat=True))


def test_a_letter_is_closed_printed_left_hidden_from_and_signed_late(demonstration: Path) -> None:
    call_command("seed_demo")

    assert sorted(Letter.objects.values_list("state", flat=True)) == ["closed", "draft", "open"]
    closed = Letter.objects.get(state="closed")
    recipients = closed.recipients.count()
    letter_itself = Edition.objects.filter(addendum=0)
    assert letter_itself.filter(state=JobState.DONE).count() == letter_itself.count() == 4 * (recipients + 1)
    assert Edition.objects.filter(addendum=1, state=JobState.WAITING).exists()
    assert {Payload.from_json(one.payload).demonstration for one in Edition.objects.all()} == {True}
    assert not Official.objects.exists()
    signatures = Signature.objects.filter(revision__letter=closed)
    assert list(SignatoryList.objects.order_by("number").values_list("number", "count")) == [(0, 26), (1, 2)]
    assert states_of(closed) == {SignatureState.ADMITTED: 28, SignatureState.WITHDRAWN: 1}
    assert signatures.filter(late=True).count() == 3
    assert signatures.filter(visibility=Visibility.ADDRESSEE).count() == 1


def test_another_letter_is_open_and_shows_whatever_can_stand_and_wait(demonstration: Path) -> None:
    call_command("seed_demo")

    letter = Letter.objects.get(state="open")
    admitted = Signature.objects.filter(revision__letter=letter, state=SignatureState.ADMITTED)
    assert states_of(letter) == {
        SignatureState.ADMITTED: 6,
        SignatureState.CONFIRMED: 5,
        SignatureState.PROPOSED: 1,
        SignatureState.STARTED: 1,  # entered from paper
        SignatureState.ON_HOLD: 1,
        SignatureState.WITHDRAWN: 1,
    }
    assert Counter(admitted.values_list("visibility", flat=True)) == {"public": 4, "addressee": 1, "counted": 1}
    assert set(Organization.objects.values_list("level", flat=True)) == {Level.NONE, Level.CONFIRMED, Level.STRONG}
    assert Decision.objects.filter(organization__verified_at=None).count() == 1  # the first yes of two
    board = Invitation.objects.filter(letter=letter)
    assert set(board.values_list("state", flat=True)) == set(InvitationState)
    assert (board.count(), board.values("owner").distinct().count()) == (22, 2)
    kept = set(Mail.objects.values_list("template", flat=True))
    assert kept == {"invitation", "erratum_asked", "approval_asked", "colleague_invited"}


def test_its_logins_are_written_where_only_the_owner_reads_them_and_open_what_they_are_for(
    demonstration: Path, client: Any
) -> None:
    call_command("seed_demo")

    file = demonstration / "demonstration.txt"
    email, password, *others = file.read_text().splitlines()
    assert file.stat().st_mode & 0o777 == 0o600
    logins = {"coordinator": email} | dict(line.split("\t") for line in others)
    assert logins == {"coordinator": people.COORDINATOR, **people.ROLES}
    for login in logins.values():
        assert User.objects.get(email=login).check_password(password)
    for role, page in (("coordinator", "desk"), ("second coordinator", "desk"), ("reviewer", "desk/reviews")):
        client.force_login(User.objects.get(email=logins[role]))
        assert (
            f"/kk/desk/letters/{Letter.objects.get(state='open').slug}/" in client.get(f"/kk/{page}/").content.decode()
        )
    client.force_login(User.objects.get(email=people.OWNER))
    assert "/kk/approval/" in client.get("/kk/my/").content.decode()


def test_a_second_call_changes_nothing(demonstration: Path) -> None:
    call_command("seed_demo")
    before = counted()

    call_command("seed_demo")

    assert counted() == before


def test_an_installation_that_is_none_is_left_alone(settings: Any) -> None:
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="no demonstration"):
        call_command("seed_demo")

    assert counted() == (0,) * 6
