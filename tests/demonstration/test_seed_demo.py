"""`manage.py seed_demo` fills an empty installation, once."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaign.base import jobs
from campaign.base.jobs import JobState
from campaign.base.models import Mail, User
from letters.models import Edition, Letter, Official
from letters.printing.payload import Payload
from letters.services import edition as editions
from signatories.models import Invitation, Signature
from signatories.states import SignatureState
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
    models = (Letter, Signature, Edition, User)
    return tuple(model._default_manager.count() for model in models)


def test_one_letter_is_closed_and_printed_one_is_open_and_one_a_draft(demonstration: Path) -> None:
    call_command("seed_demo")

    assert sorted(Letter.objects.values_list("state", flat=True)) == ["closed", "draft", "open"]
    closed = Letter.objects.get(state="closed")
    admitted = Signature.objects.filter(revision__letter=closed, state=SignatureState.ADMITTED)
    assert admitted.count() == 26
    assert closed.revisions.get().signatory_lists.get().count == 26
    recipients = closed.recipients.count()
    assert Edition.objects.filter(state=JobState.DONE).count() == 3 * (recipients + 1)
    assert {Payload.from_json(one.payload).demonstration for one in Edition.objects.all()} == {True}
    assert Letter.objects.filter(demonstration=True).count() == 3
    assert not Official.objects.exists()
    assert not Mail.objects.exists()
    states = Counter(Invitation.objects.filter(letter__state="open").values_list("state", flat=True))
    assert states == {"prepared": 2, "signed": 6, "considering": 4, "needs_board": 3, "declined": 1, "invited": 14}


def test_its_login_is_written_where_only_the_owner_reads_it_and_opens_the_desk(
    demonstration: Path, client: Any
) -> None:
    call_command("seed_demo")

    file = demonstration / "demonstration.txt"
    email, password = file.read_text().split()
    assert file.stat().st_mode & 0o777 == 0o600
    client.force_login(User.objects.get(email=email))
    assert User.objects.get(email=email).check_password(password)
    assert len(client.get("/kk/desk/").context["rows"]) == 3


def test_a_second_call_changes_nothing(demonstration: Path) -> None:
    call_command("seed_demo")
    before = counted()

    call_command("seed_demo")

    assert counted() == before


def test_an_installation_that_is_none_is_left_alone(settings: Any) -> None:
    settings.DEMONSTRATION = False

    with pytest.raises(CommandError, match="no demonstration"):
        call_command("seed_demo")

    assert counted() == (0, 0, 0, 0)
