"""The pages on which a representative signs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.base.models import Mail, User
from letters.models import Letter, Revision
from letters.services import letter as letters
from signatories.models import Evidence, Organization, Signature
from signatories.services import signature as signatures
from signatories.states import SignatureState
from tests.conftest import NOON, mailed_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("revision")]

PERSON = {
    "person_name": "Мира Өтегенқызы",
    "position": "Директор",
    "basis": "head",
    "visibility": "public",
    "email": "mira@unverified.example",
    "consent": "on",
}
NEW = PERSON | {
    "name_kk": "Құқық және бостандық",
    "original_language": "kk",
    "kind": "organization",
    "country": "KZ",
    "website": "unverified.example",
}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def new(revision: Revision, **changes: Any) -> dict[str, Any]:
    """A form filled in right, with changes."""
    return {**NEW, "fingerprint": revision.fingerprint, **changes}


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = response.context["form"].errors
    return found


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_representative_signs_from_the_first_page_to_the_code(
    client: Client, revision: Revision, language: str
) -> None:
    assert client.get(f"/{language}/letters/clean-air/sign/").status_code == 200
    assert client.get(f"/{language}/letters/clean-air/sign/new/").status_code == 200

    sent = client.post(f"/{language}/letters/clean-air/sign/new/", new(revision))
    signature = Signature.objects.get()
    assert sent["Location"] == f"/{language}/signing/{signature.token}/"
    asked = client.get(sent["Location"])
    assert (asked.status_code, asked["Cache-Control"], asked["Referrer-Policy"]) == (200, "no-store", "strict-origin")
    signed = client.post(sent["Location"], {"code": mailed_code(signature)}, follow=True)

    signature.refresh_from_db()
    assert signature.state == SignatureState.CONFIRMED
    assert signed.templates[0].name == "signatories/signing_state.html"
    assert (signature.language, signature.person_name) == (language, "Мира Өтегенқызы")
    assert signature.organization.name_kk == "Құқық және бостандық"
    assert signature.organization.website == "https://unverified.example"
    assert [one.kind for one in Evidence.objects.all()] == ["domain_mail"]


def test_a_representative_of_a_listed_organization_chooses_it(
    client: Client,
    revision: Revision,
    admitted: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
) -> None:
    listed = admitted().organization
    other = make_draft("clean-water")
    letters.open_letter(other, by=aigul, at=NOON)
    letters.publish_letter(other, by=aigul, at=NOON)
    (found,) = client.get("/en/letters/clean-water/sign/?q=verified").context["found"]

    fingerprint = other.revisions.get().fingerprint
    sent = client.post(found.url, PERSON | {"fingerprint": fingerprint, "email": "office@verified.example"})

    signature = Signature.objects.get(revision__letter=other)
    assert found.url == f"/en/letters/clean-water/sign/organization/{listed.slug}/"
    assert sent["Location"] == f"/en/signing/{signature.token}/"
    assert (signature.organization, signature.claim) == (listed, {})


def test_an_organization_that_stands_there_already_is_told_so_where_everybody_can_see_it(
    client: Client, admitted: Callable[..., Signature], open_letter: Letter
) -> None:
    listed = admitted().organization
    assert client.get(f"/en/letters/clean-air/sign/organization/{listed.slug}/").context["already_signed"] is True


def test_an_organization_that_withdrew_in_public_finds_itself_again(
    client: Client, admitted: Callable[..., Signature]
) -> None:
    signature = admitted()
    assert signature.person is not None
    signatures.withdraw(signature, by=signature.person, at=NOON + timedelta(hours=1))

    (found,) = client.get("/en/letters/clean-air/sign/?q=verified").context["found"]

    assert client.get(found.url).context["already_signed"] is False


@pytest.mark.parametrize("typed", ["кукык", "ҚҰҚЫҚ", "құқық бостандық", "бостандык кукык", "Kukyk", "kuk", "права"])
def test_search_finds_across_scripts_cases_and_keyboards(
    client: Client, admitted: Callable[..., Signature], typed: str
) -> None:
    admitted(
        names={"kk": "«Құқық және бостандық» қоғамдық қоры", "ru": "Фонд «Права и свобода»", "en": "Kukyk Foundation"},
        original_language="kk",
    )
    found = client.get("/kk/letters/clean-air/sign/", {"q": typed}).context["found"]

    assert [one.name for one in found] == ["«Құқық және бостандық» қоғамдық қоры"]


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'; drop table", "😀" * 100, "=" * 500, "нет такой"])
def test_a_search_without_a_match_says_so(client: Client, admitted: Callable[..., Signature], typed: str) -> None:
    admitted()
    response = client.get("/ru/letters/clean-air/sign/", {"q": typed})

    assert (response.status_code, response.context["found"]) == (200, [])


def test_only_organizations_that_stand_in_public_are_found(
    client: Client, admitted: Callable[..., Signature], confirmed: Callable[..., Signature], open_letter: Letter
) -> None:
    confirmed(name="Waiting Initiative")
    hidden = admitted(name="Quiet Organization").organization
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)
    start = f"/en/invitation/{open_letter.invitation_token}/sign/"

    for words in ("initiative", "quiet"):
        assert client.get(start, {"q": words}).context["found"] == []
    assert client.get(f"{start}organization/{hidden.slug}/").status_code == 404


def test_a_quiet_letter_is_signed_by_its_invitation_only(
    client: Client, revision: Revision, open_letter: Letter
) -> None:
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)
    address = f"/kk/invitation/{open_letter.invitation_token}/sign/"

    assert client.get("/kk/letters/clean-air/sign/").status_code == 404
    assert client.post("/kk/letters/clean-air/sign/new/", new(revision)).status_code == 404
    assert client.get("/kk/invitation/wrong/sign/").status_code == 404
    assert client.get(address).context["new_url"] == address + "new/"
    client.post(address + "new/", new(revision))

    assert Signature.objects.get().revision == revision


def test_a_draft_takes_no_signature_even_by_invitation(client: Client, make_draft: Callable[..., Letter]) -> None:
    draft = make_draft("draft")

    assert client.get(f"/kk/invitation/{draft.invitation_token}/sign/").status_code == 404
    assert client.get("/kk/letters/draft/sign/new/").status_code == 404


TOO_LONG = {
    "person_name": 201,
    "position": 201,
    "basis_note": 301,
    "name_kk": 301,
    "abbreviation_ru": 41,
    "note_en": 121,
    "number": 41,
    "email": 250,
    "website": 300,
}


@pytest.mark.parametrize("field", TOO_LONG)
def test_what_is_too_long_is_named_and_kept(client: Client, revision: Revision, field: str) -> None:
    tails = {"email": "@unverified.example", "website": ".example.org"}
    typed = "а" * TOO_LONG[field] if field not in tails else "a" * TOO_LONG[field] + tails[field]
    extra = {"number_scheme": "other"} if field == "number" else {}

    response = client.post("/ru/letters/clean-air/sign/new/", new(revision, **{field: typed}, **extra))

    assert list(errors(response)) == [field]
    assert response.context["form"][field].value() == typed
    assert not Signature.objects.exists()


WRONG = {
    "a BIN with a slip": ({"number_scheme": "KZ-BIN", "number": "2211 4000 0112"}, "number"),
    "a BIN of eleven digits": ({"number_scheme": "KZ-BIN", "number": "22114000011"}, "number"),
    "a number without its register": ({"number": "12345"}, "number_scheme"),
    "a register without a number": ({"number_scheme": "KZ-BIN"}, "number"),
    "no name in the original language": ({"name_kk": "", "name_ru": "Права"}, "name_kk"),
    "a name without letters": ({"name_kk": "«—»"}, "name_kk"),
    "a name of spaces": ({"name_kk": "\u3000 \u00a0"}, "name_kk"),
    "no country and no note": ({"country": ""}, "country"),
    "an unknown country": ({"country": "XX"}, "country"),
    "a bidirectional override in a name": ({"name_kk": "gpj\u202e.exe"}, "name_kk"),
    "a zero-width space in a person": ({"person_name": "Ми\u200bра"}, "person_name"),
    "a NUL in a position": ({"position": "Ди\x00ректор"}, "position"),
    "five marks on one letter": ({"name_kk": "а" + "\u0316" * 5}, "name_kk"),
    "a web address in a name": ({"name_kk": "Құқық https://spam.example"}, "name_kk"),
    "a phone number in a person": ({"person_name": "Мира +7 701 123 45 67"}, "person_name"),
    "an address literal": ({"email": "a@[127.0.0.1]"}, "email"),
    "a local host": ({"email": "a@localhost"}, "email"),
    "a local domain": ({"email": "a@mail.localhost"}, "email"),
    "a domain in two alphabets": ({"email": "a@аdilsoz.kz"}, "email"),
    "the same in machine spelling": ({"email": "a@xn--dilsoz-2nf.kz"}, "email"),
    "a local part of 65 letters": ({"email": "a" * 65 + "@unverified.example"}, "email"),
    "two addresses": ({"email": "a@one.example,b@two.example"}, "email"),
    "a name and an address": ({"email": '"x" <a@one.example>'}, "email"),
    "a line break in an address": ({"email": "a@one.example\nBcc: b@two.example"}, "email"),
    "a website that is a script": ({"website": "javascript:alert(1)"}, "website"),
    "a website that is a number": ({"website": "http://127.0.0.1/"}, "website"),
    "a website with a password": ({"website": "https://a:b@unverified.example"}, "website"),
    "a website in two alphabets": ({"website": "https://аdilsoz.kz"}, "website"),
    "no consent": ({"consent": ""}, "consent"),
    "an unknown basis": ({"basis": "king\x00"}, "basis"),
    "another basis without details": ({"basis": "other"}, "basis_note"),
    "a hidden field filled in by a program": ({"nothing": "x"}, "nothing"),
    "another text": ({"fingerprint": "0" * 64}, "fingerprint"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_everything_else_is_kept(client: Client, revision: Revision, case: str) -> None:
    changes, field = WRONG[case]

    response = client.post("/kk/letters/clean-air/sign/new/", new(revision, **changes))

    assert list(errors(response)) == [field]
    assert response.status_code == 200
    kept = response.context["form"]
    assert [kept[name].value() for name in ("position", "website") if name not in changes] == [
        value for name, value in NEW.items() if name in ("position", "website") and name not in changes
    ]
    assert not Signature.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("number", ["221140000111", "2211 4000 0111", "2211-4000-0111", "２２１１４００００１１１"])
def test_a_bin_is_taken_with_spaces_and_hyphens(client: Client, revision: Revision, number: str) -> None:
    client.post("/kk/letters/clean-air/sign/new/", new(revision, number_scheme="KZ-BIN", number=number))

    assert Organization.objects.get().number == "221140000111"


def test_markup_in_names_stays_text(client: Client, revision: Revision) -> None:
    sent = client.post("/kk/letters/clean-air/sign/new/", new(revision, name_kk="<script>alert(1)</script> & “қор”"))

    page = client.get(sent["Location"]).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “қор”" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("email", ["Mira@gmail.com", "mira@mail.ru", "mira@mailinator.com"])
def test_mail_of_a_free_provider_is_taken_with_an_explanation(client: Client, revision: Revision, email: str) -> None:
    sent = client.post("/en/letters/clean-air/sign/new/", new(revision, email=email))

    assert client.get(sent["Location"]).context["free_mail"] is True
    assert Signature.objects.get().email == email.lower()


def test_a_domain_in_kazakh_letters_is_taken(client: Client, revision: Revision) -> None:
    client.post(
        "/kk/letters/clean-air/sign/new/", new(revision, email="office@құқық.қаз", website="https://құқық.қаз/")
    )

    assert Signature.objects.get().email == "office@құқық.қаз"
    assert Organization.objects.get().domain == "xn--01a3nab1i.xn--80ao21a"


def test_an_organization_under_another_spelling_is_shown_and_may_be_insisted_on(
    client: Client, revision: Revision, admitted: Callable[..., Signature]
) -> None:
    listed = admitted(names={"kk": "Құқық және бостандық", "ru": "", "en": ""}, original_language="kk").organization
    typed = new(revision, name_kk="Кукык жане бостандык")

    shown = client.post("/kk/letters/clean-air/sign/new/", typed)
    (alike,) = shown.context["alike"]
    insisted = client.post("/kk/letters/clean-air/sign/new/", typed | {"insist": "on"})

    assert (alike.name, list(errors(shown))) == ("Құқық және бостандық", ["__all__"])
    assert shown.context["form"]["person_name"].value() == PERSON["person_name"]
    assert insisted.status_code == 302
    assert Organization.objects.exclude(pk=listed.pk).get().name_kk == "Кукык жане бостандык"


@pytest.mark.parametrize(
    "same", [{"website": "https://press.verified.example"}, {"number_scheme": "other", "number": "7"}]
)
def test_the_same_number_or_domain_cannot_be_insisted_away(
    client: Client, revision: Revision, admitted: Callable[..., Signature], same: dict[str, str]
) -> None:
    admitted(number_scheme="other", number="7")

    response = client.post("/kk/letters/clean-air/sign/new/", new(revision, insist="on", **same))

    assert response.context["form"].known is True
    assert Organization.objects.count() == 1


def test_choosing_the_twin_brings_along_what_was_typed_and_signs_nothing_yet(
    client: Client, revision: Revision, admitted: Callable[..., Signature]
) -> None:
    listed = admitted().organization

    address = f"/kk/letters/clean-air/sign/organization/{listed.slug}/"
    response = client.post(address, new(revision, choose="1"))

    form = response.context["form"]
    assert (form.is_bound, form["person_name"].value(), form["email"].value()) == (
        False,
        PERSON["person_name"],
        PERSON["email"],
    )
    assert Signature.objects.count() == 1


def test_a_quiet_verified_organization_is_matched_by_its_number_without_a_word(
    client: Client, revision: Revision, admitted: Callable[..., Signature], open_letter: Letter
) -> None:
    quiet = admitted(number_scheme="KZ-BIN", number="221140000111").organization
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)
    address = f"/kk/invitation/{open_letter.invitation_token}/sign/new/"

    sent = client.post(address, new(revision, number_scheme="KZ-BIN", number="221140000111"))

    assert sent.status_code == 302
    assert Signature.objects.order_by("-pk")[0].organization == quiet


def test_a_letter_that_closed_meanwhile_keeps_what_was_typed(
    client: Client, revision: Revision, open_letter: Letter, aigul: User
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)

    response = client.post("/kk/letters/clean-air/sign/new/", new(revision))

    assert list(errors(response)) == ["__all__"]
    assert response.context["form"]["name_kk"].value() == NEW["name_kk"]
    assert client.get("/kk/letters/clean-air/sign/").templates[0].name == "signatories/sign_closed.html"
    assert client.get("/kk/letters/clean-air/sign/new/").templates[0].name == "signatories/sign_closed.html"
    assert not Signature.objects.exists()


# The code


@pytest.fixture
def waiting(client: Client, revision: Revision) -> Signature:
    """A started signature whose code is in the mail."""
    client.post("/en/letters/clean-air/sign/new/", new(revision))
    return Signature.objects.get()


def typed_code(client: Client, signature: Signature, code: str) -> Any:
    return client.post(f"/en/signing/{signature.token}/", {"code": code})


@pytest.mark.parametrize("spelling", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}–{1}", "{0}\u00a0{1}"])
def test_the_code_is_taken_as_people_type_it(client: Client, waiting: Signature, spelling: str) -> None:
    code = mailed_code(waiting)

    typed_code(client, waiting, spelling.format(code[:4], code[5:]))

    waiting.refresh_from_db()
    assert waiting.state == SignatureState.CONFIRMED


@pytest.mark.parametrize("typed", ["", "1234", "123456789", "abcd-efgh", "1234-567\x00", "١٢٣٤٥٦٧٨"])
def test_a_slip_of_the_finger_costs_no_attempt(client: Client, waiting: Signature, typed: str) -> None:
    response = typed_code(client, waiting, typed)

    assert list(errors(response)) == ["code"]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.code_attempts) == (SignatureState.STARTED, 0)


def test_a_wrong_code_says_how_many_attempts_are_left_and_the_tenth_ends_it(client: Client, waiting: Signature) -> None:
    wrong = "0000-0000" if mailed_code(waiting) != "0000-0000" else "1111-1111"

    said = [str(errors(typed_code(client, waiting, wrong))["code"][0]) for _ in range(10)]
    with_the_right_one = typed_code(client, waiting, mailed_code(waiting))

    assert [line.rpartition(": ")[2] for line in said[:9]] == [f"{left}." for left in range(9, 0, -1)]
    assert "ten times" in said[9]
    assert "ten times" in str(errors(with_the_right_one)["code"][0])


def test_an_expired_code_says_so_and_a_new_one_works(client: Client, waiting: Signature) -> None:
    Signature.objects.update(code_expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/en/signing/{waiting.token}/").context["expired"] is True
    assert "expired" in str(errors(typed_code(client, waiting, mailed_code(waiting)))["code"][0])

    sent = client.post(f"/en/signing/{waiting.token}/new-code/")
    typed_code(client, waiting, mailed_code(waiting))

    waiting.refresh_from_db()
    assert (sent["Location"], waiting.state) == (f"/en/signing/{waiting.token}/?new=1", SignatureState.CONFIRMED)


def test_a_new_code_comes_not_sooner_than_after_a_minute(client: Client, waiting: Signature) -> None:
    response = client.post(f"/en/signing/{waiting.token}/new-code/")

    assert "less than a minute ago" in response.context["trouble"]
    assert Mail.objects.filter(template="signing_code").count() == 1


def test_a_code_typed_after_closing_signs_nothing(
    client: Client, waiting: Signature, open_letter: Letter, aigul: User
) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)

    response = typed_code(client, waiting, mailed_code(waiting))

    assert "no longer takes signatures" in str(errors(response)["code"][0])
    waiting.refresh_from_db()
    assert waiting.state == SignatureState.STARTED


def test_typing_the_code_twice_shows_where_the_signature_stands(client: Client, waiting: Signature) -> None:
    code = mailed_code(waiting)
    typed_code(client, waiting, code)

    again = client.post(f"/en/signing/{waiting.token}/", {"code": code}, follow=True)

    assert again.redirect_chain == [(f"/en/signing/{waiting.token}/", 302)]
    assert again.templates[0].name == "signatories/signing_state.html"
    assert Mail.objects.filter(template="signature_received").count() == 1


def test_signing_a_second_time_for_the_same_organization_says_so(
    client: Client, revision: Revision, waiting: Signature
) -> None:
    typed_code(client, waiting, mailed_code(waiting))
    sent = client.post("/en/letters/clean-air/sign/new/", new(revision))
    second = Signature.objects.get(token=sent["Location"].split("/")[3])

    response = typed_code(client, second, mailed_code(second))

    assert "already signed this letter" in str(errors(response)["code"][0])


@pytest.mark.parametrize("state", ["admitted", "refused", "withdrawn"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_later_the_same_address_says_what_became_of_it(
    client: Client, waiting: Signature, state: str, language: str
) -> None:
    typed_code(client, waiting, mailed_code(waiting))
    Signature.objects.update(state=state)

    response = client.get(f"/{language}/signing/{waiting.token}/")

    assert (response.status_code, response.context["signature"].state) == (200, state)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_mail_scanner_that_opens_everything_changes_nothing(client: Client, waiting: Signature, method: str) -> None:
    before = list(Signature.objects.values()), Mail.objects.count()
    code = mailed_code(waiting)

    for address in (f"/en/signing/{waiting.token}/", f"/en/signing/{waiting.token}/?code={code}&new=1"):
        assert getattr(client, method)(address).status_code == 200
    assert getattr(client, method)(f"/en/signing/{waiting.token}/new-code/").status_code == 405

    assert (list(Signature.objects.values()), Mail.objects.count()) == before


@pytest.mark.parametrize("change", [str.swapcase, lambda token: token[:-1], lambda token: token + "a"])
def test_a_token_that_is_not_exactly_right_leads_nowhere(
    client: Client, waiting: Signature, change: Callable[[str], str]
) -> None:
    assert client.get(f"/en/signing/{change(waiting.token)}/").status_code == 404


# Pace


def test_a_form_too_many_keeps_what_was_typed(client: Client, revision: Revision) -> None:
    for number in range(10):
        assert client.post("/en/letters/clean-air/sign/new/", new(revision)).status_code == (302 if number < 5 else 200)

    response = client.post("/en/letters/clean-air/sign/new/", new(revision))

    assert "within an hour" in str(errors(response)["email"][0])
    assert response.context["form"]["name_kk"].value() == NEW["name_kk"]
    assert Mail.objects.count() == 5


def test_one_search_result_and_three_cost_the_same_queries(client: Client, admitted: Callable[..., Signature]) -> None:
    admitted(name="Verified One")
    with CaptureQueriesContext(connection) as once:
        client.get("/en/letters/clean-air/sign/?q=verified")
    for number in (2, 3):
        admitted(f"a{number}@x.example", name=f"Verified Twin {number}", website=f"https://v{number}.example")

    with CaptureQueriesContext(connection) as thrice:
        found = client.get("/en/letters/clean-air/sign/?q=verified").context["found"]

    assert (len(found), len(thrice)) == (3, len(once))
