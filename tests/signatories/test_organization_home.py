"""The page of an organization for its own people: profile, proofs, documents."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from campaign.base.models import Mail, User
from letters import signed_by
from letters.models import Letter, SignatoryList
from letters.services import letter as letters
from signatories.errors.signature import AlreadyDecided, OwnSignature
from signatories.models import (
    Check,
    DomainProof,
    Evidence,
    Invitation,
    Mandate,
    Organization,
    ProfileChange,
    Representative,
    Signature,
)
from signatories.services import evidence as evidences
from signatories.services import profile as profiles
from signatories.states import CheckKind, EvidenceKind, InvitationState, Outcome, Role
from tests.conftest import NOON, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


@pytest.fixture
def signature(admitted: Callable[..., Signature]) -> Signature:
    return admitted()


@pytest.fixture
def organization(signature: Signature) -> Organization:
    return signature.organization


@pytest.fixture
def page(organization: Organization) -> str:
    return f"/en/my/organizations/{organization.slug}/"


@pytest.fixture
def owner(client: Client, signature: Signature) -> Client:
    """Daniyar's browser."""
    assert signature.person is not None
    client.force_login(signature.person)
    return client


@pytest.fixture
def reviewer(db: None) -> User:
    return make_person("reviewer@example.org", is_reviewer=True)


def filled_in(owner: Client, page: str, **changes: Any) -> dict[str, Any]:
    """The profile form as it stands, with these changes."""
    form = owner.get(f"{page}profile/").context["form"]
    fields = {name: form[name].value() or "" for name in form.fields if name != "logo"}
    return fields | changes


def propose(owner: Client, page: str, **changes: Any) -> ProfileChange:
    owner.post(f"{page}profile/", filled_in(owner, page, **changes))
    return ProfileChange.objects.get(decided_at=None)


@pytest.mark.parametrize("role", Role)
def test_everybody_who_acts_for_it_reads_the_profile_in_three_languages_and_owners_change_it(
    client: Client, page: str, organization: Organization, role: Role
) -> None:
    names = {"name_kk": "Тексерілген ұйым", "name_ru": "Проверенная организация", "note_ru": "в изгнании"}
    Organization.objects.filter(pk=organization.pk).update(**names)
    person = make_person("colleague@verified.example")
    Representative.objects.create(user=person, organization=organization, role=role, accepted_at=NOON)
    client.force_login(person)

    html = client.get(page).content.decode()

    assert '<dd lang="kk">Тексерілген ұйым</dd>' in html
    assert '<dd lang="ru">Проверенная организация, в изгнании</dd>' in html
    assert f'<dd lang="en">{organization.name_en}' in html
    assert ("Change the profile" in html) == (role == Role.OWNER)


def test_what_nobody_checked_changes_at_once(owner: Client, page: str, organization: Organization) -> None:
    done = owner.post(
        f"{page}profile/",
        filled_in(owner, page, contact_email="office@verified.example", note_en="in exile", kind="network"),
    )

    organization.refresh_from_db()
    assert done["Location"] == page
    assert (organization.contact_email, organization.note_en, organization.kind) == (  # type: ignore[attr-defined]
        "office@verified.example",
        "in exile",
        "network",
    )
    assert not ProfileChange.objects.exists()


def test_what_reviewers_checked_waits_for_one_of_them(
    owner: Client, page: str, organization: Organization, reviewer: User
) -> None:
    proposal = propose(owner, page, name_en="Freedom for All", website="https://other.example")

    organization.refresh_from_db()
    assert (organization.name_en, organization.domain) == (  # type: ignore[attr-defined]
        "Verified Organization",
        "verified.example",
    )
    assert (proposal.columns["name_en"], proposal.columns["domain"]) == ("Freedom for All", "other.example")
    assert Mail.objects.get(template="profile_change_waits").to == reviewer.email
    assert Evidence.objects.filter(valid_until=NOON).count() == 0


def test_an_accepted_change_is_in_force_and_ends_what_rested_on_the_old_facts(
    owner: Client, page: str, organization: Organization, signature: Signature, reviewer: User, aigul: User
) -> None:
    evidences.record_by_hand(signature, EvidenceKind.CHANNEL_SEEN, detail="seen", by=aigul, at=NOON)
    letters.close_letter(signature.revision.letter, by=aigul, at=NOON)
    frozen = SignatoryList.objects.get().names
    proposal = propose(owner, page, website="https://other.example", name_en="New Name")

    profiles.decide(proposal, accept=True, by=reviewer, at=NOON)

    organization.refresh_from_db()
    ended = set(Evidence.objects.filter(valid_until__lte=NOON).values_list("kind", flat=True))
    assert (organization.name_in("en"), organization.domain) == ("New Name", "other.example")
    assert ended == {EvidenceKind.DOMAIN_MAIL, EvidenceKind.CHANNEL_SEEN, EvidenceKind.REGISTER_SEEN}
    assert SignatoryList.objects.get().names == frozen
    assert [line.name for line in signed_by.reader().standing(signature.revision.letter_id, "en").names] == ["New Name"]
    assert Mail.objects.get(template="profile_change_decided").context["accepted"] is True


def test_a_change_that_was_not_accepted_changes_nothing_and_nobody_decides_twice_or_about_herself(
    owner: Client, page: str, organization: Organization, signature: Signature, reviewer: User
) -> None:
    proposal = propose(owner, page, name_en="Freedom for All")
    assert signature.person is not None
    User.objects.filter(pk=signature.person.pk).update(is_reviewer=True)
    signature.person.refresh_from_db()
    with pytest.raises(OwnSignature):
        profiles.decide(proposal, accept=True, by=signature.person, at=NOON)

    profiles.decide(proposal, accept=False, by=reviewer, at=NOON)

    with pytest.raises(AlreadyDecided):
        profiles.decide(proposal, accept=True, by=reviewer, at=NOON)
    organization.refresh_from_db()
    assert organization.name_in("en") == "Verified Organization"


def test_a_newer_proposal_takes_the_place_of_one_that_waits(owner: Client, page: str) -> None:
    propose(owner, page, name_en="First Thought")

    assert propose(owner, page, name_en="Second Thought").columns["name_en"] == "Second Thought"
    assert ProfileChange.objects.count() == 1


def test_a_reviewer_compares_and_agrees_on_the_desk(
    client: Client, owner: Client, page: str, organization: Organization, reviewer: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    proposal = propose(owner, page, name_en="New Name")
    client.force_login(reviewer)

    (shown,) = client.get("/en/desk/profile-changes/").context["changes"]
    client.post(f"/en/desk/profile-changes/{proposal.pk}/", {"accept": "yes"})

    organization.refresh_from_db()
    assert [(line.on_record, line.claimed) for line in shown.lines] == [("Verified Organization", "New Name")]
    assert organization.name_in("en") == "New Name"
    assert client.get("/en/desk/profile-changes/").context["changes"] == []


def test_bad_input_keeps_what_was_typed(owner: Client, page: str, organization: Organization) -> None:
    wrong = owner.post(f"{page}profile/", filled_in(owner, page, name_en="", note_en="in exile", contact_email="x"))

    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"name_en", "contact_email"}
    assert wrong.context["form"]["note_en"].value() == "in exile"


def test_a_mandate_is_stated_with_its_document_which_colleagues_do_not_get(
    client: Client, owner: Client, page: str, organization: Organization, signature: Signature
) -> None:
    stated = {"name": "Daniyar Example", "position": "Director", "basis": "board", "basis_note": "No. 7"}
    owner.post(f"{page}mandates/", stated | {"document": SimpleUploadedFile("board.png", png())})
    mandate = Mandate.objects.latest("pk")
    address = f"{page}mandates/{mandate.pk}/document/"
    mine = owner.get(address)
    mine.close()
    colleague = make_person("colleague@verified.example")
    Representative.objects.create(user=colleague, organization=organization, accepted_at=NOON)

    client.force_login(colleague)

    assert (mandate.basis, mandate.basis_note, len(mandate.document_sha256)) == ("board", "No. 7", 64)
    assert mine["Content-Disposition"].startswith("attachment")
    assert client.get(page).status_code == 200
    assert client.get(address).status_code == 404


def png() -> bytes:
    memory = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(memory, "PNG")
    return memory.getvalue()


def test_a_registration_document_is_a_hint_and_no_proof(owner: Client, page: str, organization: Organization) -> None:
    nothing = owner.post(f"{page}registration/")
    owner.post(f"{page}registration/", {"registration": SimpleUploadedFile("paper.png", png())})

    evidence = Evidence.objects.get(kind=EvidenceKind.REGISTRATION_DOCUMENT)
    assert nothing.status_code == 422
    assert (evidence.result, evidence.holds(NOON), bool(evidence.document)) == (Outcome.UNKNOWN, False, True)
    shown = {one.kind_name: one.waits for one in owner.get(page).context["evidence"]}
    assert shown["registration document"] is True


def test_what_to_publish_at_the_domain_is_shown_and_a_look_is_asked_for(owner: Client, page: str) -> None:
    before = owner.get(page).context["proof"]
    owner.post(f"{page}domain/")
    proof = DomainProof.objects.get()
    shown = owner.get(page).context["proof"]
    owner.post(f"{page}domain/{proof.pk}/", {"kind": "site_file"})

    assert before is None
    assert proof.token in shown.text
    assert Check.objects.get().kind == CheckKind.SITE_FILE


def test_a_look_that_found_nothing_is_not_called_unseen_and_a_strangers_facts_raise_nothing(
    owner: Client, page: str, organization: Organization, confirmed: Callable[..., Signature]
) -> None:
    asked = owner.get(page).context["missing"]
    stranger = confirmed("stranger@elsewhere.example", organization=organization)
    for kind in (EvidenceKind.CALL_BACK, EvidenceKind.MANDATE_SEEN, EvidenceKind.DNS_TXT):
        Evidence.objects.create(organization=organization, mandate=stranger.mandate, kind=kind, checked_at=NOON)
    Evidence.objects.create(
        organization=organization, kind=EvidenceKind.REGISTER_LOOKUP, result=Outcome.UNKNOWN, checked_at=NOON
    )

    shown = owner.get(page)

    lookup = next(one for one in shown.context["evidence"] if "open data" in one.kind_name)
    assert (lookup.waits, lookup.passed) == (False, False)
    assert shown.context["missing"] == asked != []


def test_nobody_sees_anothers_proof(client: Client, owner: Client, page: str, organization: Organization) -> None:
    owner.post(f"{page}domain/")
    colleague = make_person("colleague@verified.example")
    Representative.objects.create(user=colleague, organization=organization, accepted_at=NOON, role=Role.OWNER)
    client.force_login(colleague)

    assert client.get(page).context["proof"] is None
    assert client.post(f"{page}domain/{DomainProof.objects.get().pk}/").status_code == 404


def test_letters_that_invited_the_organization_wait_at_home_until_they_are_answered(
    owner: Client,
    organization: Organization,
    make_draft: Callable[..., Letter],
    aigul: User,
    stranger: User,
    client: Client,
) -> None:
    letter = make_draft("second")
    letters.open_letter(letter, by=aigul, at=NOON)
    invitation = Invitation.objects.create(
        letter=letter,
        name="Verified Organization",
        folded="verified organization",
        email="office@verified.example",
        language="en",
        time_zone="Asia/Almaty",
        organization=organization,
        state=InvitationState.INVITED,
        created_at=NOON,
        invited_at=NOON,
    )

    waiting = [task.url for task in owner.get("/en/my/").context["tasks"]]
    Invitation.objects.update(state=InvitationState.DECLINED, answered_at=NOON)
    answered = owner.get("/en/my/").context["tasks"]

    assert (waiting, answered) == ([f"/en/invited/{invitation.token}/"], [])
    Invitation.objects.update(state=InvitationState.INVITED, answered_at=None)
    client.force_login(stranger)
    assert client.get("/en/my/").context["tasks"] == []
