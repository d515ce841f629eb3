"""A letter is corrected while it is signed: everybody is asked, nothing carries over, and everywhere it is said who signed which text."""

import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base import register
from campaign.base.canonical import fingerprint
from campaign.base.models import JournalEntry, Mail, RegisterEntry, User
from letters import signed_by
from letters.errors import CorrectedMeanwhile, CorrectionRefused, NothingCorrected, TextsDiffer
from letters.models import Edition, Letter, Revision
from letters.printing import keys, seal
from letters.printing.payload import Payload
from letters.services import letter as letters
from signatories.audit import disagreements
from signatories.errors.signature import AnotherIsAdmitted, MandateRevoked, NothingAsked, OwnProposal, TextChanged
from signatories.models import ErratumAnswer, Mandate, Representative, Signature
from signatories.services import consent_file, erratum, representative
from signatories.services import signature as signatures
from signatories.states import ErratumChoice, Role, SignatureState
from tests.conftest import BODIES, NOON, SUMMARIES, TITLES, in_three, mailed_code, make_person, record_enough

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LATER = NOON + timedelta(hours=1)
REASON = {"kk": "Есептің жылы қате еді.", "ru": "Год отчёта был неверным.", "en": "The year of the report was wrong."}


def corrected_columns() -> dict[str, str]:
    bodies = {language: text.replace("2025", "2024") for language, text in BODIES.items()}
    return {**in_three("title", TITLES), **in_three("summary", SUMMARIES), **in_three("body", bodies)}


@pytest.fixture
def correct(open_letter: Letter, aigul: User) -> Callable[..., Revision]:
    def do(columns: dict[str, str] | None = None, **options: Any) -> Revision:
        facts = {"fingerprint": open_letter.current_revision().fingerprint, "by": aigul, "at": LATER, **options}
        return erratum.correct(open_letter, columns or corrected_columns(), REASON, **facts)

    return do


def renew(signature: Signature, person: User, **options: Any) -> ErratumAnswer:
    newest = signature.revision.letter.current_revision()
    facts = {"fingerprint": newest.fingerprint, "language": "en", "by": person, "at": LATER, **options}
    return erratum.answer(signature, options.pop("choice", ErratumChoice.RENEW), **facts)


def signer_of(signature: Signature) -> User:
    assert signature.person is not None
    return signature.person


def second_person(signature: Signature) -> User:
    """A colleague without whom the organization signs nothing from now on."""
    colleague = make_person("second@verified.example")
    Representative.objects.create(
        user=colleague, organization=signature.organization, role=Role.APPROVER, accepted_at=NOON
    )
    representative.ask_second_person(signature.organization, True, by=signer_of(signature), at=NOON)
    return colleague


def test_a_correction_is_a_new_text_with_its_reason_and_an_entry_in_the_register(
    correct: Callable[..., Revision], revision: Revision, open_letter: Letter
) -> None:
    after = correct()

    assert (after.number, after.reason) == (2, REASON)
    assert after.texts()["en"]["body"] == BODIES["en"].replace("2025", "2024")
    assert Letter.objects.get().text("body", "kk").endswith("2024 жыл.")
    facts = register.facts_of(RegisterEntry.objects.get(kind="letter.erratum"))
    assert facts["corrects"] == revision.fingerprint
    assert facts["fingerprint"] == after.fingerprint == fingerprint("qoltanba/letter/v1", _json(after.canonical))
    assert REASON["en"] not in str(facts)
    revision.refresh_from_db()
    assert "2025" in revision.canonical  # the text before stays as it is
    assert _json(after.canonical)["issuer"] == _json(revision.canonical)["issuer"]
    assert JournalEntry.objects.filter(action="letter.corrected").count() == 1


def _json(text: str) -> Any:
    import json

    return json.loads(text)


def test_nothing_carries_over_and_everybody_is_asked(
    correct: Callable[..., Revision], admitted: Callable[..., Signature], revision: Revision, client: Client
) -> None:
    signature = admitted()
    correct()

    signature.refresh_from_db()
    assert signature.revision == revision
    mail = Mail.objects.get(template="erratum_asked")
    assert (mail.to, mail.context["reason"]) == (signature.email, REASON["en"])
    page = client.get("/en/letters/clean-air/").content.decode()
    assert "This text was corrected on" in page
    assert REASON["en"] in page
    assert "signed the text of 20 November 2026 only" in page
    assert "Signed by 1 organization" in page  # it stands there still, and it is said for what


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_changes_are_public_in_each_language(
    correct: Callable[..., Revision], client: Client, language: str
) -> None:
    correct()
    page = client.get(f"/{language}/letters/clean-air/corrections/").content.decode()

    assert REASON[language] in page
    assert "<del>" in page
    assert "<ins>" in page
    assert "2024" in page
    assert "2025" in page


def test_both_texts_can_be_downloaded_and_hashed(
    correct: Callable[..., Revision], revision: Revision, client: Client
) -> None:
    import hashlib

    after = correct()
    prints = [
        hashlib.sha256(client.get(f"/en/letters/clean-air/{name}.canonical").content).hexdigest()
        for name in ("letter-1", "letter-2", "letter")
    ]

    assert prints == [revision.fingerprint, after.fingerprint, after.fingerprint]
    assert client.get("/en/letters/clean-air/letter-3.canonical").status_code == 404


def test_a_letter_without_corrections_has_no_such_page(open_letter: Letter, client: Client) -> None:
    assert client.get("/en/letters/clean-air/corrections/").status_code == 404
    assert "corrected" not in client.get("/en/letters/clean-air/").content.decode()


def test_who_renews_stands_for_the_corrected_text_with_an_entry_of_its_own(
    correct: Callable[..., Revision], admitted: Callable[..., Signature], client: Client
) -> None:
    signature = admitted()
    first_entry, consent = signature.admitted_index, signature.consent_text
    after = correct()
    said = renew(signature, signer_of(signature))

    signature.refresh_from_db()
    assert signature.revision == after
    entry = RegisterEntry.objects.get(kind="signature.renewed")
    facts = register.facts_of(entry)
    assert signature.admitted_index == entry.index
    assert (facts["entry"], facts["fingerprint"]) == (first_entry, after.fingerprint)
    assert facts["signatory"] == signature.commitment()
    assert said.before["consent_text"] == consent  # what was agreed to first is kept
    assert said.before["admitted_index"] == first_entry
    assert "corrected text" in signature.consent_text
    assert Mail.objects.filter(template="signature_renewed", to=signature.email).exists()
    assert "only" not in str([line.text for line in signed_by.reader().standing(after.letter_id, "en").names])
    assert "signed the text of" not in client.get("/en/letters/clean-air/").content.decode()
    assert list(disagreements()) == []


def test_who_keeps_may_still_renew_and_who_renewed_is_asked_no_more(
    correct: Callable[..., Revision], admitted: Callable[..., Signature], revision: Revision
) -> None:
    signature = admitted()
    correct()
    person = signer_of(signature)
    erratum.answer(
        signature,
        ErratumChoice.KEEP,
        fingerprint=revision.letter.current_revision().fingerprint,
        language="en",
        by=person,
        at=LATER,
    )
    signature.refresh_from_db()
    assert signature.revision == revision
    assert not erratum.unanswered(Signature.objects.all()).exists()

    renew(signature, person)
    with pytest.raises(NothingAsked):
        renew(Signature.objects.get(), person)
    assert ErratumAnswer.objects.count() == 1


def test_an_answer_to_a_text_that_was_corrected_again_is_refused(
    correct: Callable[..., Revision], admitted: Callable[..., Signature], open_letter: Letter
) -> None:
    signature = admitted()
    seen = correct().fingerprint
    columns = corrected_columns()
    correct({**columns, "body_en": columns["body_en"].replace("2024", "2023")})

    with pytest.raises(TextChanged):
        renew(signature, signer_of(signature), fingerprint=seen)
    assert not ErratumAnswer.objects.exists()
    assert [line.revision for line in signed_by.reader().standing(open_letter.pk, "en").names] == [1]


def test_a_revoked_mandate_renews_nothing(correct: Callable[..., Revision], admitted: Callable[..., Signature]) -> None:
    signature = admitted()
    correct()
    Mandate.objects.update(revoked_at=NOON)

    with pytest.raises(MandateRevoked):
        renew(signature, signer_of(signature))


def test_a_stranger_answers_nothing(
    correct: Callable[..., Revision], admitted: Callable[..., Signature], client: Client, stranger: User
) -> None:
    signature = admitted()
    after = correct()
    client.force_login(stranger)
    address = f"/en/my/signatures/{signature.pk}/correction/"

    assert client.get(address).status_code == 404
    assert client.post(address, {"choice": "renew", "fingerprint": after.fingerprint}).status_code == 404
    assert not ErratumAnswer.objects.exists()


def test_where_nobody_signs_alone_a_colleague_must_agree(
    correct: Callable[..., Revision], admitted: Callable[..., Signature], client: Client
) -> None:
    signature = admitted()
    colleague = second_person(signature)
    after = correct()
    person = signer_of(signature)

    assert renew(signature, person).renewed_at is None
    assert Mail.objects.get(template="erratum_proposed").to == colleague.email
    with pytest.raises(OwnProposal):
        renew(signature, person)
    client.force_login(colleague)
    address = f"/en/my/signatures/{signature.pk}/correction/"
    assert address in client.get("/en/my/").content.decode()
    assert client.post(address, {"choice": "keep", "fingerprint": after.fingerprint}).status_code == 422
    assert client.post(address, {"choice": "renew", "fingerprint": after.fingerprint}).status_code == 302
    signature.refresh_from_db()
    answer = ErratumAnswer.objects.get()
    assert (signature.revision, answer.person, answer.second) == (after, person, colleague)


def test_a_proposal_is_no_task_any_more_when_the_text_was_corrected_again(
    correct: Callable[..., Revision], admitted: Callable[..., Signature]
) -> None:
    signature = admitted()
    colleague = second_person(signature)
    correct()
    renew(signature, signer_of(signature))
    assert erratum.proposed_renewals(colleague).exists()

    columns = corrected_columns()
    correct({**columns, "body_en": columns["body_en"].replace("2024", "2023")})

    assert not erratum.proposed_renewals(colleague).exists()


def test_a_code_that_was_on_its_way_signs_nothing(
    correct: Callable[..., Revision], start: Callable[..., Signature]
) -> None:
    signature = start()
    code = mailed_code(signature)
    correct()
    signature = Signature.objects.get()

    for act in (
        lambda: signatures.confirm(signature, code, at=LATER),
        lambda: signatures.send_new_code(signature, at=LATER),
    ):
        with pytest.raises(TextChanged):
            act()
    assert Signature.objects.get().state == SignatureState.STARTED


def test_one_organization_counts_once_whatever_texts_its_people_signed(
    correct: Callable[..., Revision],
    admitted: Callable[..., Signature],
    confirmed: Callable[..., Signature],
    aigul: User,
    open_letter: Letter,
) -> None:
    first = admitted()
    after = correct()
    second = signatures.start(
        after,
        organization=first.organization,
        claim=None,
        email="other@verified.example",
        person_name="Other Example",
        position="Deputy",
        basis="head",
        fingerprint=after.fingerprint,
        language="en",
        at=LATER,
    )
    signatures.confirm(second, mailed_code(second), at=LATER)
    second.refresh_from_db()
    record_enough(second, by=aigul, at=LATER)

    with pytest.raises(AnotherIsAdmitted):
        signatures.admit(second, by=aigul, at=LATER)
    assert signed_by.reader().counts([open_letter.pk])[open_letter.pk].admitted == 1


def test_what_waits_for_a_decision_is_admitted_under_the_text_that_it_signed(
    correct: Callable[..., Revision], confirmed: Callable[..., Signature], aigul: User, revision: Revision
) -> None:
    signature = confirmed("daniyar@verified.example", name="Verified Organization", website="https://verified.example")
    correct()
    record_enough(signature, by=aigul, at=LATER)
    signatures.admit(signature, by=aigul, at=LATER, reason="compared")

    facts = register.facts_of(RegisterEntry.objects.get(kind="signature.admitted"))
    assert facts["fingerprint"] == revision.fingerprint


def test_refusals_change_nothing(
    correct: Callable[..., Revision], open_letter: Letter, aigul: User, revision: Revision
) -> None:
    same = {**in_three("title", TITLES), **in_three("summary", SUMMARIES), **in_three("body", BODIES)}
    one_less = {**corrected_columns(), "body_en": BODIES["en"].replace("2. Publish the data.\n", "")}
    for columns, options, refusal in (
        (same, {}, NothingCorrected),
        (one_less, {}, TextsDiffer),
        (None, {"fingerprint": "0" * 64}, CorrectedMeanwhile),
    ):
        with pytest.raises(refusal):
            correct(columns, **options)
    letters.close_letter(open_letter, by=aigul, at=LATER)
    with pytest.raises(CorrectionRefused):
        correct()

    assert list(Revision.objects.all()) == [revision]
    assert "2025" in Letter.objects.get().text("body", "en")
    assert not RegisterEntry.objects.filter(kind="letter.erratum").exists()


def test_the_file_of_proofs_holds_every_text_that_was_signed(
    correct: Callable[..., Revision],
    admitted: Callable[..., Signature],
    open_letter: Letter,
    aigul: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    identity = keys._parsed(keys._new_demonstration(), "")
    monkeypatch.setattr(seal, "identity", lambda: identity)
    signature = admitted()
    correct()
    renew(signature, signer_of(signature))

    whole = consent_file.of_letter(open_letter, language="en", by=aigul, at=LATER)
    with whole, zipfile.ZipFile(whole) as packed:
        texts = {name for name in packed.namelist() if name.endswith("canonical.json")}

    assert texts == {"letters/clean-air/canonical.json", "letters/clean-air-2/canonical.json"}


def test_the_printed_letter_says_who_signed_which_text(
    correct: Callable[..., Revision],
    admitted: Callable[..., Signature],
    open_letter: Letter,
    aigul: User,
    revision: Revision,
) -> None:
    keeps = admitted()
    renews = admitted("mira@second.example", name="Second Organization", website="https://second.example")
    after = correct()
    renew(renews, signer_of(renews))
    letters.close_letter(open_letter, by=aigul, at=LATER)

    frozen = after.signatory_lists.get()
    assert [(row["name"], row.get("revision")) for row in frozen.names["en"]] == [
        ("Second Organization", None),
        ("Verified Organization", 1),
    ]
    assert frozen.entries() == sorted(
        Signature.objects.filter(pk__in=[keeps.pk, renews.pk]).values_list("admitted_index", flat=True)
    )
    payload = Payload.from_json(Edition.objects.get(recipient=None, language="en").payload)
    assert [text.fingerprint for text in payload.texts] == [revision.fingerprint, after.fingerprint]
    assert (payload.revision, payload.reason) == (2, REASON["en"])
    assert [one.revision for one in payload.signatories] == [0, 1]


def test_the_desk_shows_what_changes_before_anybody_is_asked(
    open_letter: Letter, admitted: Callable[..., Signature], client: Client, aigul: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    admitted()
    client.force_login(aigul)
    address = "/en/desk/letters/clean-air/correct/"
    page = client.get(address)
    sent = {**corrected_columns(), **in_three("reason", REASON), "seen": ""}
    sent["fingerprint"] = page.context["form"].initial["fingerprint"]

    shown = client.post(address, sent)
    assert Revision.objects.count() == 1
    assert "This will change" in shown.content.decode()
    sent["seen"] = shown.context["form"]["seen"].value()
    changed = client.post(address, {**sent, "title_en": "Another title"})  # what was not shown is shown first
    assert Revision.objects.count() == 1
    assert "Another title" in changed.content.decode()
    assert client.post(address, sent).status_code == 302
    assert Revision.objects.count() == 2
    assert Mail.objects.filter(template="erratum_asked").count() == 1
    assert client.post(address, sent).status_code == 422  # a second press makes no second correction
    assert Revision.objects.count() == 2


def test_a_missing_reason_is_named_and_loses_nothing(
    open_letter: Letter, client: Client, aigul: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    sent = {**corrected_columns(), "fingerprint": open_letter.current_revision().fingerprint}
    answer = client.post("/ru/desk/letters/clean-air/correct/", sent)

    assert answer.status_code == 422
    assert "2024 год" in answer.content.decode()
    assert Revision.objects.count() == 1


def test_the_check_page_tells_of_a_text_that_was_corrected(
    correct: Callable[..., Revision], revision: Revision, client: Client
) -> None:
    after = correct()
    old = client.get(f"/en/verify/{revision.check_code}/").content.decode()
    new = client.get(f"/en/verify/{after.check_code}/").content.decode()

    assert "text 1; it was corrected since, text 2 is signed now" in old
    assert "text 2, as it was corrected last" in new


def test_who_leaves_is_told_to_readers_and_is_not_in_the_list_that_is_printed_later(
    correct: Callable[..., Revision],
    admitted: Callable[..., Signature],
    client: Client,
    aigul: User,
    revision: Revision,
) -> None:
    leaving, letter = admitted(), revision.letter
    admitted("mira@second.example", name="Second Organization", website="https://second.example")
    after = correct()
    client.force_login(signer_of(leaving))
    address, left = f"/en/my/signatures/{leaving.pk}/correction/", {"choice": "leave", "fingerprint": after.fingerprint}

    assert client.post(address, left).status_code == 302
    client.logout()

    leaving.refresh_from_db()
    assert leaving.state == SignatureState.WITHDRAWN
    facts = register.facts_of(RegisterEntry.objects.get(kind="signature.withdrawn"))
    assert facts["entry"] == leaving.admitted_index
    for text in (revision, after):
        page = client.get(f"/en/verify/{text.check_code}/").content.decode()
        assert "<dt>Withdrawn</dt><dd>Verified Organization, " in page
        assert "<dt>Signatures today</dt><dd>1 organization</dd>" in page
    corrections = client.get("/en/letters/clean-air/corrections/").content.decode()
    assert "or to leave" in corrections
    assert 'href="/en/letters/clean-air/signatories/"' in corrections
    listed = client.get("/en/letters/clean-air/signatories/").content.decode()
    assert [
        name in listed.partition("Withdrawn and disputed signatures")[2]
        for name in ("Verified Organization", "Second Organization")
    ] == [
        True,
        False,
    ]

    letters.close_letter(letter, by=aigul, at=timezone.now())

    assert [row["name"] for row in after.signatory_lists.get().names["en"]] == ["Second Organization"]
    payload = Payload.from_json(Edition.objects.get(recipient=None, language="en").payload)
    assert [one.name for one in payload.signatories] == ["Second Organization"]


def test_of_a_paper_the_coordinator_says_which_text_was_signed(
    correct: Callable[..., Revision], client: Client, aigul: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    correct()
    client.force_login(aigul)
    page = client.get("/en/desk/letters/clean-air/signatures/paper/new/")
    sent = client.post("/en/desk/letters/clean-air/signatures/paper/new/", {"person_name": "Mira Example"})

    assert "Which text was signed?" in page.content.decode()
    assert "revision" in sent.context["form"].errors
    assert page.context["form"].fields["revision"].choices[0][1] == "Text 1, 20 November 2026"
