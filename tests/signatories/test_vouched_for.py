"""Organizations that are only vouched for: they count where the letter says so, and nowhere else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaign.base.models import JournalEntry, RegisterEntry, User
from letters.errors import VouchedSettled
from letters.models import Letter
from letters.services import letter as letters
from signatories.errors.decision import OnlyVouchedFor
from signatories.models import Decision, Evidence, Organization, Signature
from signatories.services import decision as decisions
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind, Level, SignatureState
from tests.conftest import NOON, make_person, record_enough

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LATER = NOON + timedelta(hours=1)


def let_vouch(organization: Organization) -> None:
    Evidence.objects.create(
        organization=organization, kind=EvidenceKind.VOUCHED, checked_at=NOON, valid_until=NOON + timedelta(days=365)
    )


@pytest.fixture
def vouched_for(confirmed: Callable[..., Signature], aigul: User) -> Signature:
    """Stands in no register; two organizations vouch for it, and it was called back."""
    signature = confirmed("info@exile.example", name="Network in Exile", website="https://exile.example")
    let_vouch(signature.organization)
    evidences.record_by_hand(signature, EvidenceKind.CALL_BACK, detail="by its site", by=aigul, at=NOON)
    return signature


def state_of(signature: Signature) -> str:
    return Signature.objects.get(pk=signature.pk).state


def level_of(signature: Signature) -> int:
    return Organization.objects.get(pk=signature.organization_id).level


def test_a_letter_counts_no_organization_that_is_only_vouched_for(vouched_for: Signature, aigul: User) -> None:
    with pytest.raises(OnlyVouchedFor, match=r"counts only confirmed organizations.*exists.*coordinator lets"):
        signatures.admit(vouched_for, by=aigul, at=NOON)

    assert (state_of(vouched_for), level_of(vouched_for)) == (SignatureState.CONFIRMED, Level.NONE)
    assert not Decision.objects.exists()
    assert not RegisterEntry.objects.filter(kind="signature.admitted").exists()


def test_a_letter_that_says_so_counts_it(vouched_for: Signature, aigul: User, open_letter: Letter) -> None:
    letters.count_vouched(open_letter, True, by=aigul, at=NOON)

    assert signatures.admit(vouched_for, by=aigul, at=NOON)

    assert (state_of(vouched_for), level_of(vouched_for)) == (SignatureState.ADMITTED, Level.VOUCHED)


def test_a_verified_one_is_asked_for_its_level_too_and_rises_by_the_evidence_of_the_claim(
    vouched_for: Signature, aigul: User
) -> None:
    Organization.objects.filter(pk=vouched_for.organization_id).update(level=Level.VOUCHED, verified_at=NOON)
    with pytest.raises(OnlyVouchedFor):
        signatures.admit(vouched_for, by=aigul, at=NOON)
    saule, timur = (make_person(f"{name}@example.org", is_reviewer=True) for name in ("saule", "timur"))
    evidences.record_by_hand(vouched_for, EvidenceKind.WELL_KNOWN, detail="two media", by=aigul, at=NOON)

    assert not signatures.admit(vouched_for, by=saule, at=NOON)
    assert level_of(vouched_for) == Level.VOUCHED
    assert signatures.admit(vouched_for, by=timur, at=NOON)

    assert (state_of(vouched_for), level_of(vouched_for)) == (SignatureState.ADMITTED, Level.CONFIRMED)


def test_the_level_counts_that_is_borne_at_this_moment_not_the_one_that_is_still_written(
    admitted: Callable[..., Signature], confirmed: Callable[..., Signature], aigul: User
) -> None:
    organization = admitted().organization
    again = confirmed("second@verified.example", organization=organization)
    let_vouch(organization)
    evidences.record_by_hand(again, EvidenceKind.CALL_BACK, detail="by its site", by=aigul, at=NOON)
    Evidence.objects.filter(organization=organization, kind=EvidenceKind.REGISTER_SEEN).update(valid_until=NOON)

    with pytest.raises(OnlyVouchedFor):
        signatures.admit(again, by=aigul, at=LATER)

    assert level_of(again) == Level.CONFIRMED  # the daily lowering has not come by yet


def test_who_falls_to_level_one_later_stays_where_it_was_admitted(
    admitted: Callable[..., Signature], aigul: User, open_letter: Letter
) -> None:
    signature = admitted()
    let_vouch(signature.organization)
    Evidence.objects.filter(kind=EvidenceKind.REGISTER_SEEN).update(valid_until=NOON)
    entries = RegisterEntry.objects.filter(kind__startswith="signature").count()

    assert decisions.lower_levels(at=LATER) == 1

    assert (state_of(signature), level_of(signature)) == (SignatureState.ADMITTED, Level.VOUCHED)
    letters.close_letter(open_letter, by=aigul, at=LATER)
    assert open_letter.revisions.get().signatory_lists.get().count == 1
    assert RegisterEntry.objects.filter(kind__startswith="signature").count() == entries


def test_a_first_yes_from_before_the_setting_was_taken_back_admits_nobody(
    vouched_for: Signature, aigul: User, open_letter: Letter
) -> None:
    saule, timur = (make_person(f"{name}@example.org", is_reviewer=True) for name in ("saule", "timur"))
    letters.count_vouched(open_letter, True, by=aigul, at=NOON)
    assert not signatures.admit(vouched_for, by=saule, at=NOON)
    letters.count_vouched(open_letter, False, by=aigul, at=NOON)
    evidences.record_by_hand(vouched_for, EvidenceKind.WELL_KNOWN, detail="two media", by=aigul, at=NOON)

    with pytest.raises(OnlyVouchedFor):
        signatures.admit(vouched_for, by=timur, at=NOON)

    assert Decision.objects.count() == 1
    assert (state_of(vouched_for), level_of(vouched_for)) == (SignatureState.CONFIRMED, Level.NONE)


def test_those_who_were_admitted_stay_when_the_setting_is_taken_back(
    vouched_for: Signature, aigul: User, open_letter: Letter
) -> None:
    letters.count_vouched(open_letter, True, by=aigul, at=NOON)
    signatures.admit(vouched_for, by=aigul, at=NOON)

    letters.count_vouched(open_letter, False, by=aigul, at=LATER)

    assert state_of(vouched_for) == SignatureState.ADMITTED
    acts = JournalEntry.objects.filter(action__startswith="letter.vouched").order_by("pk")
    assert [act.action for act in acts] == ["letter.vouched_counted", "letter.vouched_not_counted"]


def test_it_is_settled_when_the_letter_is_closed(open_letter: Letter, aigul: User) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)

    with pytest.raises(VouchedSettled):
        letters.count_vouched(open_letter, True, by=aigul, at=NOON)


def test_the_desk_sets_it_the_pages_say_it_in_one_line(
    client: Client, open_letter: Letter, aigul: User, vouched_for: Signature, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    line = "also taken here when two confirmed organizations vouch for them"
    addresses = [f"/en/letters/{open_letter.slug}/", f"/en/letters/{open_letter.slug}/sign/"]
    assert [line in client.get(address).content.decode() for address in addresses] == [False, False]
    client.force_login(aigul)

    answer = client.post(f"/en/desk/letters/{open_letter.slug}/vouched/", {"takes": "yes"}, follow=True)

    assert "count from now on" in str(next(iter(answer.context["messages"])))
    assert "Count only confirmed organizations" in answer.content.decode()
    signatures.admit(vouched_for, by=aigul, at=NOON)
    client.logout()
    assert [line in client.get(address).content.decode() for address in addresses] == [True, True]
    assert ">vouched for<" in client.get(f"/en/organizations/{vouched_for.organization.slug}/").content.decode()


def test_the_draft_form_keeps_it(client: Client, draft: Letter, aigul: User, settings: Any) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    address = f"/en/desk/letters/{draft.slug}/edit/"
    form = client.get(address).context["form"]
    fields = {field.html_name: field.value() or "" for field in form} | {"takes_vouched": "on"}

    assert client.post(address, fields).status_code == 302

    assert Letter.objects.get(pk=draft.pk).takes_vouched


def test_more_evidence_admits_without_any_setting(vouched_for: Signature, aigul: User) -> None:
    record_enough(vouched_for, by=aigul)

    assert signatures.admit(vouched_for, by=aigul, at=NOON)

    assert level_of(vouched_for) == Level.CONFIRMED


def test_the_review_says_why_it_cannot_be_admitted_and_what_is_missing(
    client: Client, vouched_for: Signature, aigul: User, open_letter: Letter, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    address = f"/en/desk/signatures/{vouched_for.pk}/"

    before = client.get(address)
    letters.count_vouched(open_letter, True, by=aigul, at=NOON)
    after = client.get(address)

    assert (before.context["review"].can_admit, after.context["review"].can_admit) == (False, True)
    assert "the organization exists" in before.context["review"].missing[0]
    assert "counts only confirmed organizations" in before.content.decode()
    assert after.context["review"].missing == []
