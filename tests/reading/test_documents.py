"""What `docs/register.md` and `docs/fingerprint.md` say is what the code does."""

import io
import json
import re
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from campaign.base import register
from campaign.base.canonical import canonical_json
from campaign.base.jobs import JobState, claimed
from campaign.base.models import Mail, RegisterEntry, User
from letters.models import Edition, Letter, Revision, SignatoryList
from letters.services import addendum as addenda
from letters.services import archive
from letters.services import edition as editions
from letters.services import letter as letters
from letters.services.demand import address_demands
from signatories.models import Dispute, Signature
from signatories.services import decision as decisions
from signatories.services import dispute as disputes
from signatories.services import erratum
from signatories.services import signature as signatures
from signatories.services.merging import merge
from signatories.states import DisputeOutcome, ErratumChoice
from tests.conftest import BODIES, NOON, SUMMARIES, TITLES, in_three, make_person

pytestmark = pytest.mark.django_db

REGISTER = (settings.BASE_DIR / "docs" / "register.md").read_text(encoding="utf-8")
FINGERPRINT = (settings.BASE_DIR / "docs" / "fingerprint.md").read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    """The commands in the text, one for each block."""
    return re.findall(r"```sh\n(.+?)\n```", text, re.DOTALL)


def run(command: str, folder: Path) -> str:
    """What the command answers in this folder: its first word."""
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


def smallest_pdf() -> bytes:
    """One empty page."""
    memory = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(memory)
    return memory.getvalue()


def documented() -> dict[str, set[str]]:
    """The fields of each kind, from the table of kinds."""
    rows = re.findall(r"^\| `([a-z]+\.[a-z]+)` \|[^|]*\|([^|]*)\|$", REGISTER, re.MULTILINE)
    return {kind: set(re.findall(r"`(\w+)`", fields)) for kind, fields in rows}


def test_the_documented_kinds_are_those_of_the_register() -> None:
    assert tuple(documented()) == register.ENTRY_KINDS


def test_the_documented_fields_are_those_that_are_written(
    open_letter: Letter,
    admitted: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
    files: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signature = admitted()
    newest = correct(open_letter, aigul)
    signer = User.objects.get(email=signature.email)
    facts = {"fingerprint": newest.fingerprint, "language": "en", "by": signer, "at": NOON}
    erratum.answer(signature, ErratumChoice.RENEW, **facts)
    for outcome in (DisputeOutcome.UPHELD, DisputeOutcome.DISMISSED):
        disputed = admitted(f"{outcome}@{outcome}.example", name=outcome.title(), website=f"https://{outcome}.example")
        asked = disputes.ask(disputed, email=disputed.email, statement="", language="en", at=NOON)
        disputes.confirm(asked, Mail.objects.filter(template="dispute_code").latest("pk").context["code"], at=NOON)
        disputes.resolve(Dispute.objects.latest("pk"), outcome, reason="Looked.", by=aigul, at=NOON)
    letters.close_letter(open_letter, by=aigul, at=NOON)
    signatures.withdraw(signature, by=User.objects.get(email=signature.email), at=NOON)
    with claimed(Edition, Edition.objects.filter(recipient=None).earliest("pk").pk) as edition:
        assert edition is not None
        editions.store(edition, unsigned=b"x", signed=smallest_pdf(), at=NOON)
    monkeypatch.setattr("letters.printing.sign.renew_archive_stamp", lambda pdf: pdf + b"x")
    monkeypatch.setattr("letters.printing.sign.stamped_until", lambda pdf: None)
    archive.renew(Edition.objects.select_related("revision__letter").get(state=JobState.DONE), at=NOON)
    addenda.allow_late_signatures(open_letter, until=NOON + timedelta(days=1), by=aigul, at=NOON)
    admitted("late@late.example", name="Late", website="https://late.example")
    twins = [
        admitted(f"a@{name}.example", name=name.title(), website=f"https://{name}.example")
        for name in ("river", "hill")
    ]
    zhanar = make_person("zhanar@example.org", is_reviewer=True)
    merge(twins[1].organization, into=twins[0].organization, by=zhanar, at=NOON)
    addenda.make_addendum(open_letter, by=aigul, at=NOON)
    decisions.lower_levels(at=NOON + timedelta(days=400))
    decisions.revoke_verification(twins[0].organization, reason="Dissolved.", by=zhanar, at=NOON)
    new_key = tmp_path / "new.pem"
    new_key.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    call_command("change_register_key", str(new_key), stdout=io.StringIO())
    other = make_draft("other")
    letters.open_letter(other, by=aigul, at=NOON)
    letters.withdraw_letter(other, by=aigul, at=NOON)

    written = {entry.kind: set(register.facts_of(entry)) for entry in RegisterEntry.objects.all()}

    assert Edition.objects.filter(state=JobState.DONE).count() == 1
    assert written == {kind: fields | {"v", "op", "letter", "at"} for kind, fields in documented().items()}


def test_an_entry_is_recomputed_by_the_documented_commands(open_letter: Letter, aigul: User, tmp_path: Path) -> None:
    letters.close_letter(open_letter, by=aigul, at=NOON)
    one, two = RegisterEntry.objects.order_by("index")
    (tmp_path / "leaf.json").write_bytes(bytes(one.leaf))
    (tmp_path / "left").write_text(bytes(one.leaf_hash).hex())
    (tmp_path / "right").write_text(bytes(two.leaf_hash).hex())

    of_entry, of_neighbours = commands(REGISTER)

    assert run(of_entry, tmp_path) == bytes(one.leaf_hash).hex()
    assert run(of_neighbours.replace("xxd -r -p", XXD), tmp_path) == register.root().hex()


# The Debian packages of the suite hold no xxd
XXD = "python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'"


def test_a_fingerprint_is_recomputed_by_the_documented_commands(open_letter: Letter, tmp_path: Path) -> None:
    revision = open_letter.revisions.get()
    form = json.loads(revision.canonical)
    text = {"language": "kk", **form["texts"]["kk"]}
    (tmp_path / "letter.json").write_bytes(revision.canonical.encode())
    (tmp_path / "text.json").write_text(json.dumps(text, indent=2), encoding="utf-8")

    of_letter, of_text = commands(FINGERPRINT)

    assert run(of_letter, tmp_path) == revision.fingerprint
    assert run(of_text, tmp_path) == revision.language_fingerprints["kk"]


def correct(letter: Letter, by: User) -> Revision:
    """Correct the English title."""
    columns = {
        **in_three("title", TITLES | {"en": "Corrected"}),
        **in_three("summary", SUMMARIES),
        **in_three("body", BODIES),
    }
    before = letter.current_revision().fingerprint
    return erratum.correct(letter, columns, TITLES, fingerprint=before, by=by, at=NOON)


def test_the_documented_fields_of_a_letter_are_those_of_its_form(
    open_letter: Letter, aigul: User, make_draft: Callable[..., Letter]
) -> None:
    form = json.loads(open_letter.revisions.get().canonical)
    table = FINGERPRINT.partition("## A letter")[2].partition("##")[0]
    corrected = json.loads(correct(open_letter, aigul).canonical)
    asking = make_draft("asking")
    address_demands(asking, {1: [asking.recipients.get().pk]}, by=aigul, at=NOON)
    addressed = json.loads(letters.open_letter(asking, by=aigul, at=NOON).canonical)

    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(corrected) | set(addressed)
    assert set(corrected) - set(form) == {"corrects", "reason"}
    assert set(addressed) - set(form) == {"demands"}
    assert set(form["recipients"][0]) == {"role", "office", "group", "block"}
    assert set(form["texts"]["kk"]) == {"title", "summary", "body"}


def test_the_documented_domains_are_those_of_the_code() -> None:
    sources = [
        path
        for room in ("campaign", "letters", "signatories", "docs/verify")  # where older forms are still read
        for path in (settings.BASE_DIR / room).rglob("*.py")
    ]
    used = {
        domain
        for path in sources
        for domain in re.findall(r'"(qoltanba/[a-z]+/v\d+)"', path.read_text(encoding="utf-8"))
    }

    assert set(re.findall(r"^\| `(qoltanba/[a-z]+/v\d+)` \|", FINGERPRINT, re.MULTILINE)) == used


def test_the_names_at_closing_are_recomputed(closed_letter: Letter, tmp_path: Path) -> None:
    frozen = SignatoryList.objects.get()
    (tmp_path / "letter.json").write_bytes(canonical_json(frozen.frozen_names()))
    command = commands(FINGERPRINT)[0].replace("qoltanba/letter/v1", "qoltanba/signatories/v2")

    assert run(command, tmp_path) == frozen.fingerprint
    assert set(frozen.names["kk"][0]) == {"abbreviation", "name", "place"}


def test_sha256sum_of_the_downloaded_bytes_is_the_fingerprint(
    client: Client, open_letter: Letter, draft: Letter, tmp_path: Path
) -> None:
    page = client.get("/kk/letters/clean-air/").content.decode()
    found = re.search(r'href="(/kk/letters/clean-air/letter\.canonical)"', page)
    assert found is not None
    (tmp_path / "file").write_bytes(client.get(found.group(1)).content)

    assert run("sha256sum file", tmp_path) == open_letter.revisions.get().fingerprint
    Letter.objects.filter(pk=open_letter.pk).update(published_at=None)
    assert client.get(found.group(1)).status_code == 404
