"""The consent evidence file: complete, sealed so that others can check it, and without people in its public version."""

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.base.errors import NotAllowed
from campaign.base.models import JournalEntry, User
from letters.models import Letter
from letters.printing import keys, seal
from letters.printing.errors import SigningNotConfigured
from signatories.errors.consent_file import NothingInPublic, NothingToProve, NotPublishedYet, SealMissing
from signatories.models import Signature
from signatories.services import consent_file
from signatories.services import signature as signatures
from signatories.states import SignatureState, Visibility
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sealing_identity() -> keys.Identity:
    """A key of the demonstration's kind, made once."""
    return keys._parsed(keys._new_demonstration(), "")


@pytest.fixture(autouse=True)
def _sealed(sealing_identity: keys.Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "identity", lambda: sealing_identity)


@pytest.fixture
def three(admitted: Callable[..., Signature]) -> dict[str, Signature]:
    """One signature of each visibility."""
    return {
        str(visibility): admitted(
            f"{visibility}@{visibility}.example",
            name=f"Organization {visibility}",
            website=f"https://{visibility}.example",
            visibility=visibility,
        )
        for visibility in Visibility
    }


def unpacked(file: IO[bytes]) -> dict[str, bytes]:
    with file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def documented_commands() -> list[str]:
    """The commands of the document, as one types them."""
    text = (site.BASE_DIR / "docs" / "consent-file.md").read_text(encoding="utf-8")
    return text.split("```sh\n")[1].split("```")[0].strip().splitlines()


def run(files: dict[str, bytes], folder: Path) -> list[int]:
    """How the documented commands end in a folder with these files."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return [
        subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, check=False).returncode
        for command in documented_commands()
    ]


def test_the_file_is_checked_by_the_documented_commands_and_no_other_is(
    open_letter: Letter, three: dict[str, Signature], aigul: User, tmp_path: Path
) -> None:
    files = unpacked(consent_file.of_letter(open_letter, language="en", by=aigul, at=NOON))
    sums = files["SHA256SUMS"]

    assert run(files, tmp_path / "whole") == [0, 0]
    one = next(name for name in files if name.startswith("signatures/"))
    assert run(files | {one: b"{}"}, tmp_path / "changed") == [0, 1]
    changed = sums.replace(hashlib.sha256(files[one]).hexdigest().encode(), hashlib.sha256(b"{}").hexdigest().encode())
    assert run(files | {one: b"{}", "SHA256SUMS": changed}, tmp_path / "resealed")[0] != 0
    assert b"openssl cms -verify" in files["README.txt"]
    assert all(command.encode() in files["README.txt"] for command in documented_commands())


def test_the_file_says_who_agreed_to_what_when_and_how(
    open_letter: Letter, three: dict[str, Signature], aigul: User
) -> None:
    files = unpacked(consent_file.of_letter(open_letter, language="en", by=aigul, at=NOON))

    facts = [json.loads(content) for name, content in files.items() if name.startswith("signatures/")]
    (hidden,) = [one for one in facts if one["visibility"] == "counted"]
    signature = three["counted"]
    assert (len(facts), hidden["fingerprint"]) == (3, open_letter.revisions.get().fingerprint)
    assert hidden["person"]["email"] == "counted@counted.example"
    assert hidden["consent"]["text"] == signature.consent_text
    assert [step["step"] for step in hidden["how"]] == ["code"]
    assert {one["kind"] for one in hidden["evidence"]} == {"domain_mail", "register_seen", "call_back"}
    receipt = json.loads(files[f"receipts/{signature.admitted_index}.json"])
    assert receipt["entries"][0]["opening"]["salt"] == signature.salt
    canonical = files["letters/clean-air/canonical.json"]
    assert canonical.decode() == open_letter.revisions.get().canonical
    page = files["index.html"].decode()
    assert "Organization addressee" in page
    assert "official register, today" in page
    assert JournalEntry.objects.get(action="consent_file.made").by == aigul


def test_the_public_version_holds_nothing_private(
    open_letter: Letter, three: dict[str, Signature], confirmed: Callable[..., Signature], aigul: User, tmp_path: Path
) -> None:
    confirmed()

    files = unpacked(consent_file.public_version_of(open_letter, language="en", by=aigul, at=NOON))

    whole = b"\n".join([*files.values(), *(name.encode() for name in files)]).decode(errors="replace")
    private = ["Mira Example", "Director", "public@", "@unverified", "official register", aigul.email]
    hidden = ["Organization addressee", "Organization counted", "Unverified Initiative"]
    salts = list(Signature.objects.values_list("salt", flat=True))
    assert [word for word in [*private, *hidden, *salts] if word in whole] == []
    assert json.loads(files["signatures.json"])["organizations"][0]["name"] == "Organization public"
    assert (json.loads(files["signatures.json"])["signed"], json.loads(files["signatures.json"])["not_named"]) == (3, 2)
    assert run(files, tmp_path) == [0, 0]
    assert JournalEntry.objects.filter(action="consent_file.public").count() == 1


def test_the_public_version_tells_a_dispute_from_a_withdrawal(
    open_letter: Letter, three: dict[str, Signature], admitted: Callable[..., Signature], aigul: User
) -> None:
    held = admitted("a@held.example", name="Held", website="https://held.example")
    held.move(SignatureState.ON_HOLD, held_at=NOON)
    signatures.withdraw(three["public"], by=three["public"].person, at=NOON)  # type: ignore[arg-type]

    files = unpacked(consent_file.public_version_of(open_letter, language="en", by=aigul, at=NOON))

    gone = json.loads(files["signatures.json"])["withdrawn"]
    assert [(one["name"], one["disputed"]) for one in gone] == [("Organization public", False), ("Held", True)]
    assert files["index.html"].decode().count("the organization disputes it") == 1
    assert b"receipts/" not in files["README.txt"]


def test_the_public_version_of_an_organization_holds_what_it_signed_in_public_and_its_receipt(
    three: dict[str, Signature], aigul: User, stranger: User, tmp_path: Path
) -> None:
    own = three["public"]
    assert own.person is not None

    for person in (own.person, aigul):
        made = consent_file.public_version_of_organization(own.organization, language="en", by=person, at=NOON)
        files = unpacked(made)

    whole = b"\n".join(files.values()).decode(errors="replace")
    private = ["Mira Example", "Director", "public@", "official register", aigul.email, "Organization counted"]
    assert [word for word in private if word in whole] == []
    (fact,) = json.loads(files["signatures.json"])["signatures"]
    assert (fact["title"], fact["register_entry"]) == ("Open letter on clean air", own.admitted_index)
    assert json.loads(files[f"receipts/{own.admitted_index}.json"])["entries"][0]["opening"]["salt"] == own.salt
    assert run(files, tmp_path) == [0, 0]
    for organization, person in ((three["counted"].organization, aigul), (own.organization, stranger)):
        with pytest.raises(NothingInPublic):
            consent_file.public_version_of_organization(organization, language="en", by=person, at=NOON)


def test_an_organization_gets_its_own_and_nothing_of_others_or_of_reviewers(
    three: dict[str, Signature], aigul: User
) -> None:
    own = three["public"]
    assert own.person is not None

    files = unpacked(consent_file.of_own_organization(own.organization, language="en", by=own.person, at=NOON))

    whole = b"\n".join(files.values()).decode(errors="replace")
    assert "Organization public" in whole
    assert [word for word in ("Organization counted", "official register, today", aigul.email) if word in whole] == []
    with pytest.raises(NothingToProve):
        consent_file.of_own_organization(three["counted"].organization, language="en", by=own.person, at=NOON)


def test_files_are_refused_to_strangers_before_publication_and_without_a_key(
    open_letter: Letter,
    three: dict[str, Signature],
    stranger: User,
    aigul: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for make in (consent_file.of_letter, consent_file.public_version_of):
        with pytest.raises(NotAllowed):
            make(open_letter, language="en", by=stranger, at=NOON)
    with pytest.raises(NothingToProve):
        consent_file.of_organization(three["public"].organization, language="en", by=stranger, at=NOON)

    def no_key() -> keys.Identity:
        raise SigningNotConfigured("no key")

    monkeypatch.setattr(seal, "identity", no_key)
    with pytest.raises(SealMissing):
        consent_file.of_letter(open_letter, language="en", by=aigul, at=NOON)
    Letter.objects.update(published_at=None)
    open_letter.refresh_from_db()
    with pytest.raises(NotPublishedYet):
        consent_file.public_version_of(open_letter, language="en", by=aigul, at=NOON)
    assert not JournalEntry.objects.filter(action__startswith="consent_file").exists()


def test_many_signatures_take_as_many_statements_as_few(
    open_letter: Letter, three: dict[str, Signature], admitted: Callable[..., Signature], aigul: User
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            consent_file.of_letter(open_letter, language="en", by=aigul, at=NOON).close()
        return len(queries)

    few = statements()
    for number in range(4):
        admitted(f"x@n{number}.example", name=f"Number {number}", website=f"https://n{number}.example")

    assert statements() == few


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_buttons_make_the_files(
    client: Client,
    open_letter: Letter,
    three: dict[str, Signature],
    aigul: User,
    settings: object,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(site, "DEMONSTRATION", True)
    own = three["addressee"]
    assert own.person is not None
    signatures.withdraw(three["public"], by=three["public"].person, at=NOON)  # type: ignore[arg-type]
    desk = [
        f"/{language}/desk/letters/clean-air/consent/",
        f"/{language}/desk/letters/clean-air/consent/public/",
        f"/{language}/desk/signatures/{own.pk}/consent/",
    ]
    mine = [f"/{language}/my/organizations/{own.organization.slug}/consent/"]
    client.force_login(own.person)
    assert f'action="{mine[0]}public/"' in client.get(f"/{language}/my/").content.decode()
    assert client.post(f"{mine[0]}public/")["Location"] == f"/{language}/my/"  # it is named nowhere in public

    for person, addresses in ((aigul, desk), (own.person, mine)):
        client.force_login(person)
        for address in addresses:
            response = client.post(address)
            content = b"".join(response)  # type: ignore[arg-type]
            assert (response["Content-Type"], response["Cache-Control"]) == ("application/zip", "no-store")
            assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
            response.close()
            assert client.get(address).status_code == 405
