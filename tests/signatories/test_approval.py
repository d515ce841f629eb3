"""A representative proposes, a second person of the organization answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from campaign.base.errors import MoveRefused, NotAllowed
from campaign.base.models import Mail, User
from letters.models import Letter, Revision
from letters.services import letter as letters
from signatories.errors.code import CodeExhausted, CodeExpired, CodeWrong, TooManyCodes, WaitForCode
from signatories.errors.dispute import AlreadyAsked
from signatories.errors.organization import OrganizationSigned
from signatories.errors.signature import NobodyApproves, NotTakingSignatures
from signatories.models import MailedCode, Organization, Representative, Signature
from signatories.services import approval as approvals
from signatories.services import representative as representatives
from signatories.services import signature as signatures
from signatories.states import Role, SignatureState
from signatories.tasks import end_proposals
from tests.conftest import NOON, mailed_code, make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nothing was counted before."""
    cache.clear()


def act_for(organization: Organization, email: str, role: Role) -> Representative:
    """A colleague who was accepted."""
    person = User.objects.filter(email=email).first() or make_person(email)
    return Representative.objects.create(user=person, organization=organization, role=role, accepted_at=NOON)


@pytest.fixture
def organization(db: None) -> Organization:
    """An organization that asks for a second person: Daniyar owns it, Saule approves, Asel represents."""
    organization = Organization.objects.create(
        slug="careful", original_language="en", name_en="Careful Fund", verified_at=NOON, needs_approval=True
    )
    for name, role in (("daniyar", Role.OWNER), ("saule", Role.APPROVER), ("asel", Role.REPRESENTATIVE)):
        act_for(organization, f"{name}@careful.example", role)
    return organization


@pytest.fixture
def proposed(confirmed: Callable[..., Signature], organization: Organization) -> Signature:
    """Asel's proposal."""
    return confirmed("asel@careful.example", organization=organization)


def asked(signature: Signature, name: str) -> MailedCode:
    return MailedCode.objects.select_related("signature__revision__letter", "signature__organization").get(
        signature=signature, email=f"{name}@careful.example"
    )


def code_of(name: str) -> str:
    """The code in the last message to this person."""
    mail = Mail.objects.filter(template="approval_asked", to=f"{name}@careful.example").latest("pk")
    code: str = mail.context["code"]
    return code


def told(template: str) -> list[str]:
    return list(Mail.objects.filter(template=template).order_by("pk").values_list("to", flat=True))


def test_a_code_proposes_and_the_others_who_may_agree_are_asked(proposed: Signature) -> None:
    assert (proposed.state, proposed.confirmed_at) == (SignatureState.PROPOSED, None)
    assert proposed.approval_due_at == NOON + timedelta(days=7)
    assert told("approval_asked") == ["daniyar@careful.example", "saule@careful.example"]
    assert told("signature_proposed") == ["asel@careful.example"]
    assert told("signature_received") == told("signature_notice") == []


def test_the_answer_is_due_before_the_letter_closes(
    organization: Organization, confirmed: Callable[..., Signature], open_letter: Letter
) -> None:
    Letter.objects.filter(pk=open_letter.pk).update(closes_at=NOON + timedelta(days=1))

    proposed = confirmed("asel@careful.example", organization=organization)

    assert proposed.approval_due_at == NOON + timedelta(days=1)


def test_the_code_of_a_second_person_signs_and_the_owners_and_the_signer_are_told(proposed: Signature) -> None:
    approvals.approve(asked(proposed, "saule"), code_of("saule"), at=NOON + MINUTE)

    proposed.refresh_from_db()
    assert (proposed.state, proposed.confirmed_at, proposed.approved_at) == ("confirmed", NOON + MINUTE, NOON + MINUTE)
    assert proposed.approver == User.objects.get(email="saule@careful.example")
    assert told("signature_received") == ["asel@careful.example"]
    assert told("signature_notice") == ["daniyar@careful.example"]


def test_nobody_approves_what_he_proposed_himself(
    organization: Organization, confirmed: Callable[..., Signature]
) -> None:
    proposed = confirmed("daniyar@careful.example", organization=organization)

    assert told("approval_asked") == ["saule@careful.example"]
    forged = MailedCode.objects.create(
        purpose="approval", signature=proposed, email="daniyar@careful.example", language="en", asked_at=NOON
    )
    with pytest.raises(NotAllowed):
        approvals.approve(forged, "00000000", at=NOON)


def test_without_a_second_person_nothing_is_signed(organization: Organization, start: Callable[..., Signature]) -> None:
    Representative.objects.exclude(role=Role.OWNER).update(left_at=NOON)
    begun = start("daniyar@careful.example", organization=organization)

    with pytest.raises(NobodyApproves):
        signatures.confirm(begun, mailed_code(begun), at=NOON)

    begun.refresh_from_db()
    assert begun.state == SignatureState.STARTED


def test_wrong_codes_are_counted_and_the_tenth_ends_the_code(proposed: Signature) -> None:
    one = asked(proposed, "saule")
    code = code_of("saule")

    for _ in range(9):
        with pytest.raises(CodeWrong):
            approvals.approve(one, "00000000" if code != "0000-0000" else "11111111", at=NOON)
    with pytest.raises(CodeExhausted):
        approvals.approve(one, "00000000", at=NOON)
    with pytest.raises(CodeExhausted):
        approvals.approve(one, code, at=NOON)

    proposed.refresh_from_db()
    assert proposed.state == SignatureState.PROPOSED


def test_a_new_code_comes_once_a_minute_and_kills_the_old_one(proposed: Signature) -> None:
    one, old = asked(proposed, "saule"), code_of("saule")
    with pytest.raises(WaitForCode):
        approvals.send_new_code(one, at=NOON)

    approvals.send_new_code(one, at=NOON + MINUTE)

    with pytest.raises(CodeWrong):
        approvals.approve(one, old, at=NOON + MINUTE)
    approvals.approve(one, code_of("saule"), at=NOON + MINUTE)
    for minutes in range(2, 5):
        with pytest.raises(MoveRefused):
            approvals.send_new_code(one, at=NOON + minutes * MINUTE)


def test_at_most_five_codes_a_day_go_to_one_person(proposed: Signature) -> None:
    for number in range(1, 5):
        approvals.send_new_code(asked(proposed, "saule"), at=NOON + number * MINUTE)

    with pytest.raises(TooManyCodes):
        approvals.send_new_code(asked(proposed, "saule"), at=NOON + 5 * MINUTE)


def test_one_persons_code_is_worth_nothing_in_anothers_hands(proposed: Signature) -> None:
    mine, others = code_of("daniyar"), asked(proposed, "saule")

    with pytest.raises(CodeWrong):
        approvals.approve(others, mine, at=NOON)


def test_after_the_deadline_and_after_the_closing_nothing_is_signed(
    proposed: Signature, open_letter: Letter, aigul: User
) -> None:
    with pytest.raises(CodeExpired):
        approvals.approve(asked(proposed, "saule"), code_of("saule"), at=NOON + timedelta(days=7))
    letters.close_letter(open_letter, by=aigul, at=NOON)

    with pytest.raises(NotTakingSignatures):
        approvals.approve(asked(proposed, "saule"), code_of("saule"), at=NOON)

    proposed.refresh_from_db()
    assert proposed.state == SignatureState.PROPOSED


def test_whoever_left_or_lost_the_role_agrees_no_more(proposed: Signature) -> None:
    Representative.objects.filter(user__email="saule@careful.example").update(role=Role.REPRESENTATIVE)
    Representative.objects.filter(user__email="daniyar@careful.example").update(left_at=NOON)

    for name in ("saule", "daniyar"):
        with pytest.raises(NotAllowed):
            approvals.approve(asked(proposed, name), code_of(name), at=NOON)


def test_a_no_keeps_the_record_and_its_reason_goes_to_who_proposed(proposed: Signature) -> None:
    approvals.decline(asked(proposed, "saule"), reason=" Not our subject. ", at=NOON)

    proposed.refresh_from_db()
    assert (proposed.state, proposed.decline_reason, proposed.declined_at) == ("declined", "Not our subject.", NOON)
    assert Mail.objects.get(template="signature_declined").context["reason"] == "Not our subject."
    assert told("signature_declined") == ["asel@careful.example"]
    with pytest.raises(MoveRefused):
        approvals.approve(asked(proposed, "daniyar"), code_of("daniyar"), at=NOON)


def test_after_a_no_the_same_person_may_propose_again(
    proposed: Signature, organization: Organization, confirmed: Callable[..., Signature]
) -> None:
    approvals.decline(asked(proposed, "saule"), reason="", at=NOON)

    again = confirmed("asel@careful.example", organization=organization)

    assert again.state == SignatureState.PROPOSED


def test_a_colleague_to_whom_it_was_forwarded_answers_whatever_the_role(
    proposed: Signature, organization: Organization
) -> None:
    lawyer = act_for(organization, "lawyer@careful.example", Role.REPRESENTATIVE)

    approvals.forward(asked(proposed, "saule"), lawyer, at=NOON)
    approvals.approve(asked(proposed, "lawyer"), code_of("lawyer"), at=NOON)

    proposed.refresh_from_db()
    assert (proposed.state, proposed.approver) == (SignatureState.CONFIRMED, lawyer.user)


def test_it_is_forwarded_to_colleagues_alone_and_to_each_once(proposed: Signature, organization: Organization) -> None:
    other = Organization.objects.create(slug="other", original_language="en", name_en="Other")
    outsider = act_for(other, "outsider@other.example", Role.OWNER)
    people = {one.user.email.partition("@")[0]: one for one in organization.representatives.select_related("user")}

    with pytest.raises(NotAllowed):
        approvals.forward(asked(proposed, "saule"), outsider, at=NOON)
    for name in ("asel", "daniyar"):
        with pytest.raises(AlreadyAsked):
            approvals.forward(asked(proposed, "saule"), people[name], at=NOON)


def test_the_clock_ends_what_nobody_answered_and_tells_who_proposed(
    proposed: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert approvals.end_overdue(at=NOON + timedelta(days=7) - MINUTE) == 0
    monkeypatch.setattr("signatories.tasks.timezone.now", lambda: NOON + timedelta(days=7))

    end_proposals()
    end_proposals()

    proposed.refresh_from_db()
    assert (proposed.state, proposed.decline_reason, proposed.approver) == ("declined", "", None)
    assert told("approval_ended") == ["asel@careful.example"]


def test_who_proposed_takes_it_back(proposed: Signature) -> None:
    assert proposed.person is not None
    signatures.withdraw(proposed, by=proposed.person, at=NOON)

    with pytest.raises(MoveRefused):
        approvals.approve(asked(proposed, "saule"), code_of("saule"), at=NOON)


def test_an_organization_gives_one_signature_whoever_proposes(
    proposed: Signature, organization: Organization, confirmed: Callable[..., Signature], revision: Revision
) -> None:
    second = confirmed("daniyar@careful.example", organization=organization)
    approvals.approve(asked(proposed, "daniyar"), code_of("daniyar"), at=NOON)

    with pytest.raises(OrganizationSigned):
        approvals.approve(asked(second, "saule"), code_of("saule"), at=NOON)

    assert Signature.objects.filter(revision=revision, state=SignatureState.CONFIRMED).get() == proposed


def test_coordinators_see_nothing_of_a_proposal(
    proposed: Signature, open_letter: Letter, client: Client, aigul: User, settings: object
) -> None:
    client.force_login(aigul)

    page = client.get(f"/en/desk/signatures/{proposed.pk}/")
    listed = client.get(f"/en/desk/letters/{open_letter.slug}/signatures/")

    assert page.status_code in (302, 404)
    assert b"Careful Fund" not in listed.content


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_shows_what_is_proposed_and_opening_it_changes_nothing(
    client: Client, proposed: Signature, language: str
) -> None:
    one = asked(proposed, "saule")

    shown = client.get(f"/{language}/approval/{one.token}/")
    client.head(f"/{language}/approval/{one.token}/")

    proposed.refresh_from_db()
    assert (shown.context["name"], shown.context["waits"]) == ("Careful Fund", True)
    assert shown.context["texts"][0].language == language
    assert shown["Cache-Control"] == "no-store"
    assert proposed.state == SignatureState.PROPOSED


def test_a_second_person_agrees_on_the_page(
    client: Client, proposed: Signature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signatories.views.approval.timezone.now", lambda: NOON)
    page = f"/en/approval/{asked(proposed, 'saule').token}/"

    wrong = client.post(page, {"code": "12"})
    done = client.post(page, {"code": code_of("saule")}, follow=True)
    again = client.post(page, {"code": code_of("saule")})

    proposed.refresh_from_db()
    assert wrong.context["code_form"].errors["code"]
    assert (proposed.state, done.context["waits"], again.context["waits"]) == (SignatureState.CONFIRMED, False, False)


def test_a_second_person_declines_and_forwards_on_the_page(
    client: Client, proposed: Signature, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signatories.views.approval.timezone.now", lambda: NOON)
    lawyer = act_for(organization, "lawyer@careful.example", Role.APPROVER)
    page = f"/en/approval/{asked(proposed, 'saule').token}/"

    stranger = client.post(f"{page}forward/", {"colleague": 987654})
    client.post(f"{page}forward/", {"colleague": lawyer.pk})
    client.post(f"{page}decline/", {"reason": "No."})

    proposed.refresh_from_db()
    assert stranger.context["pass_on_form"].errors["colleague"]
    assert told("approval_asked")[-1] == "lawyer@careful.example"
    assert (proposed.state, proposed.decline_reason) == (SignatureState.DECLINED, "No.")


def test_a_proposal_waits_at_home_for_who_may_answer_and_for_nobody_else(
    client: Client, proposed: Signature, stranger: User
) -> None:
    waiting = {}
    for email in ("saule@careful.example", "asel@careful.example", stranger.email):
        client.force_login(User.objects.get(email=email))
        waiting[email] = [task.url for task in client.get("/en/my/").context["tasks"]]

    assert waiting == {
        "saule@careful.example": [f"/en/approval/{asked(proposed, 'saule').token}/"],
        "asel@careful.example": [],
        stranger.email: [],
    }
    Representative.objects.filter(user__email="saule@careful.example").update(left_at=NOON)
    client.force_login(User.objects.get(email="saule@careful.example"))
    assert client.get("/en/my/").context["tasks"] == []


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("declined", "Nobody answered the proposal in time"),
        ("withdrawn", "The signature was withdrawn"),
        ("confirmed", "The letter is signed"),
        ("refused", "The proposal waits no longer"),
    ],
)
def test_afterwards_the_page_says_what_became_of_it(
    client: Client, proposed: Signature, state: str, heading: str
) -> None:
    Signature.objects.filter(pk=proposed.pk).update(state=state)

    page = client.get(f"/en/approval/{asked(proposed, 'saule').token}/").content.decode()

    assert f"<h1>{heading}</h1>" in page


def test_switching_the_second_person_off_lets_representatives_sign_alone(
    organization: Organization, confirmed: Callable[..., Signature]
) -> None:
    owner = User.objects.get(email="daniyar@careful.example")
    representatives.ask_second_person(organization, False, by=owner, at=NOON)

    assert confirmed("asel@careful.example", organization=organization).state == SignatureState.CONFIRMED


def test_the_letters_link_is_forwarded_in_the_colleagues_language_and_opening_the_form_sends_nothing(
    client: Client, open_letter: Letter
) -> None:
    page = f"/en/letters/{open_letter.slug}/sign/forward/"

    client.get(page)
    nothing = Mail.objects.count()
    wrong = client.post(page, {"email": "colleague", "language": "kk"})
    done = client.post(page, {"email": "Colleague@careful.example", "language": "kk"})

    mail = Mail.objects.get(template="letter_forwarded")
    assert (nothing, wrong.status_code, done.status_code) == (0, 200, 302)
    assert wrong.context["form"]["email"].value() == "colleague"
    assert (mail.to, mail.language, mail.context["path"]) == (
        "colleague@careful.example",
        "kk",
        f"/kk/letters/{open_letter.slug}/",
    )


def test_forwarding_is_no_way_to_flood_a_mailbox(client: Client, open_letter: Letter) -> None:
    page = f"/en/letters/{open_letter.slug}/sign/forward/"

    answers = [client.post(page, {"email": "flooded@careful.example", "language": "en"}).status_code for _ in range(4)]
    robot = client.post(page, {"email": "other@careful.example", "language": "en", "nothing": "x"})

    assert answers == [302, 302, 200, 200]
    assert robot.status_code == 302
    assert told("letter_forwarded") == ["flooded@careful.example"] * 2
