"""Block Q: those who have a shell, a role, or the tables themselves."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from campaign.base.models import JournalEntry, User
from letters.models import Letter
from signatories.audit import disagreements
from signatories.models import Decision, MailedCode, Organization, Representative, Signature
from signatories.services import approval as approvals
from signatories.services import signature as signatures
from signatories.states import Role
from tests.attacks.test_o_organizations import on_paper
from tests.conftest import NOON, make_person, record_enough

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(admitted: Callable[..., Signature]) -> list[Signature]:
    """Three admitted signatures."""
    found = [
        admitted(f"a@{name}.example", name=f"{name.title()} Society", website=f"https://{name}.example")
        for name in ("north", "harbour", "meadow")
    ]
    assert list(disagreements()) == []
    return found


def test_a_name_that_was_changed_in_the_table_behind_a_signature_is_found(three: list[Signature]) -> None:
    opening = {**three[1].opening, "names": {**three[1].opening["names"], "en": "Another"}}
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE signatories_signature SET opening = %s WHERE id = %s", [json.dumps(opening), three[1].pk]
        )

    assert list(disagreements()) == [
        f"Signature {three[1].pk} was changed: entry {three[1].admitted_index} stands for another one."
    ]
    with pytest.raises(SystemExit):
        call_command("verify_signatures")


def test_a_signature_that_was_put_under_another_letter_or_exchanged_in_the_table_is_found(
    three: list[Signature],
) -> None:
    one, two, _three = (signature.admitted_index for signature in three)
    Signature.objects.filter(pk=three[0].pk).update(admitted_index=two)
    Signature.objects.filter(pk=three[1].pk).update(admitted_index=one)

    assert len(list(disagreements())) == 2


def test_a_signature_that_was_made_to_count_in_the_table_alone_is_found(
    three: list[Signature], confirmed: Callable[..., Signature]
) -> None:
    waiting = confirmed("w@waiting.example", name="Waiting")
    Signature.objects.filter(pk=waiting.pk).update(state="admitted")

    assert list(disagreements()) == [f"Signature {waiting.pk} counts and has no entry."]


def test_a_signature_that_was_dropped_from_the_table_is_found(three: list[Signature]) -> None:
    Signature.objects.filter(pk=three[2].pk).update(state="confirmed", admitted_index=None)

    assert list(disagreements()) == [f"The signature of entry {three[2].admitted_index} is missing."]


def test_whoever_asks_an_honest_installation_hears_that_everything_agrees(
    three: list[Signature], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_signatures")

    assert capsys.readouterr().out == "Signatures and register agree.\n"


def test_one_person_alone_makes_no_paper_count_not_even_from_a_shell(
    admitted: Callable[..., Signature], make_draft: Callable[..., Letter], aigul: User, files: Any
) -> None:
    """The table itself refuses a paper that one person entered and confirmed."""
    entered = on_paper(admitted().organization, make_draft("paper"), aigul)
    mandate = Signature.objects.exclude(mandate=None)[0].mandate

    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=entered.pk).update(state="confirmed", mandate=mandate, seconded_by=aigul)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=entered.pk).update(state="admitted", mandate=mandate)


def test_one_reviewer_alone_verifies_nobody_by_calling_the_service_from_a_shell(
    confirmed: Callable[..., Signature], make_reviewer: Callable[..., User]
) -> None:
    one, _other = make_reviewer("one@reviewers.example"), make_reviewer("other@reviewers.example")
    signature = confirmed()
    record_enough(signature, by=one)

    settled = signatures.admit(signature, by=one, at=NOON)

    assert (settled, Organization.objects.get().level, Decision.objects.get().reviewer) == (False, 0, one)


def test_a_journal_that_is_shown_on_the_desk_says_nothing_of_what_an_organization_considered(
    client: Client, confirmed: Callable[..., Signature], aigul: User, settings: Any
) -> None:
    """A proposal that a second person declines is the organization's own affair; reasons stand in no journal."""
    settings.DEMONSTRATION = True
    organization = Organization.objects.create(
        slug="careful", original_language="en", name_en="Careful", verified_at=NOON, needs_approval=True
    )
    for name, role in (("lawyer", Role.REPRESENTATIVE), ("owner", Role.OWNER)):
        person = make_person(f"qzxcanary-{name}@careful.example")
        Representative.objects.create(user=person, organization=organization, role=role, accepted_at=NOON)
    confirmed("qzxcanary-lawyer@careful.example", organization=organization)
    approvals.decline(MailedCode.objects.get(), reason="qzxcanary reason", at=NOON)
    client.force_login(aigul)

    page = client.get("/en/desk/letters/clean-air/").content.decode().lower()

    assert JournalEntry.objects.filter(action="signature.declined").exists()
    assert "qzxcanary" not in page
    assert not any("reason" in str(entry.details) for entry in JournalEntry.objects.all())


def test_tokens_survive_a_leaked_secret_key_because_they_are_random_in_the_table(
    confirmed: Callable[..., Signature], settings: Any
) -> None:
    """Q7: whoever knows the key can make no address of a notice, a signature or an invitation."""
    signature = confirmed()
    key, token = signature.dispute_key(), signature.token
    settings.SECRET_KEY = "another key altogether"

    again = Signature.objects.get(pk=signature.pk)

    assert (again.dispute_key(), again.token) == (key, token)
    assert make_person("x@x.example").pk
