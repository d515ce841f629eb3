"""The program that a witness runs: it signs what continues, and finds a second history."""

import base64
import hashlib
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from campaign.base import checkpoints, merkle, register, signed_note
from campaign.base.models import Mail, RegisterCheckpoint, RegisterCosignature, RegisterWitness
from campaign.base.post import compose
from campaign.base.signed_note import NoteKey
from campaign.base.tasks import mail_witnesses
from tests.base.test_checkpoints import KEY, NOON, cut_to, write
from tests.base.test_witnesses import WATCH_KEY
from tests.conftest import GUARD
from tests.tampering.conftest import verifier  # noqa: F401  (a fixture)

VERIFY = django_settings.BASE_DIR / "docs" / "verify"


@pytest.fixture
def point(db: None) -> RegisterCheckpoint:
    """A signed checkpoint over three entries."""
    write(3)
    return checkpoints.sign_checkpoint(at=NOON)


def run(*arguments: object) -> tuple[int, str]:
    """Run `witness.py` as its owner would, in a process that knows nothing of this one."""
    command = [sys.executable, str(VERIFY / "witness.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def address(live_server: Any, settings: Any) -> str:
    """The register of a site that answers."""
    settings.SITE_URL = live_server.url
    return f"{live_server.url}/register/"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A witness's key of its own, known to the site."""
    path = tmp_path / "own.json"
    code, line = run("--new", "watch.example.org/letters", "--own", path)
    assert code == 0
    call_command("register_witness", "add", line.strip(), stdout=StringIO())
    return path


@pytest.mark.usefixtures("committed")
def test_a_witness_looks_signs_and_hands_back_and_readers_can_ask_for_its_signature(
    address: str, point: RegisterCheckpoint, own: Path, tmp_path: Path
) -> None:
    key, seen = str(checkpoints.public_key()), tmp_path / "seen.sqlite"
    watch = (address, "--key", key, "--seen", seen, "--own", own)

    code, said = run(*watch)
    assert (code, "3 entries, seen for the first time" in said, "handed back" in said) == (0, True, True)
    code, said = run(*watch)
    assert (code, "carries your signature already" in said) == (0, True)
    write(4)
    checkpoints.sign_checkpoint(at=NOON)
    code, said = run(*watch)
    assert (code, "7 entries, which continue what was seen before" in said) == (0, True)
    assert sorted(RegisterCosignature.objects.values_list("checkpoint_id", flat=True)) == [3, 7]
    assert own.stat().st_mode & 0o077 == 0

    call_command("publish_register", str(tmp_path / "mirror"), stdout=StringIO())
    known = RegisterWitness.objects.get().key
    verify = [sys.executable, str(VERIFY / "verify_letter.py"), str(tmp_path / "mirror"), "--key", key, "--witness"]
    done = subprocess.run([*verify, known], capture_output=True, text=True, check=False)
    assert (done.returncode, "Witnessed by watch.example.org/letters at 20" in done.stdout) == (0, True)
    done = subprocess.run([*verify, str(WATCH_KEY)], capture_output=True, text=True, check=False)
    assert (done.returncode, "has not signed this checkpoint" in done.stdout) == (2, True)
    path = tmp_path / "mirror" / "checkpoint"
    lines = path.read_text().splitlines(keepends=True)
    raw = bytearray(base64.b64decode(lines[-1].split(" ")[2]))
    raw[11] ^= 1  # another second
    path.write_text("".join([*lines[:-1], f"{lines[-1].rpartition(' ')[0]} {base64.b64encode(raw).decode()}\n"]))
    done = subprocess.run([*verify, known], capture_output=True, text=True, check=False)
    assert (done.returncode, "The signature of the witness" in done.stdout) == (1, True)


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("entries", [1, 5])
def test_a_register_that_was_written_anew_is_found_and_both_heads_are_kept(
    address: str, point: RegisterCheckpoint, own: Path, tmp_path: Path, settings: Any, entries: int
) -> None:
    key, seen = str(checkpoints.public_key()), tmp_path / "seen.sqlite"
    assert run(address, "--key", key, "--seen", seen)[0] == 0
    cut_to(2)
    with connection.schema_editor() as editor:
        GUARD.guard(None, editor)
    settings.REGISTER_MEMORY = str(tmp_path / "another" / "signed.json")  # whoever has the key can forget, too
    write(entries)
    checkpoints.sign_checkpoint(at=NOON)

    code, said = run(address, "--key", key, "--seen", seen, "--own", own)

    assert (code, said.startswith("WRONG: ")) == (1, True)
    (kept,) = tmp_path.glob("seen.sqlite.contradiction-3-*.txt")
    assert kept.read_text().startswith(point.note)
    assert not RegisterCosignature.objects.exists()
    assert run(address, "--key", key, "--seen", seen, "--own", own)[0] == 1


@pytest.mark.usefixtures("committed")
def test_a_site_that_is_silent_or_takes_nothing_is_no_contradiction(
    address: str, point: RegisterCheckpoint, own: Path, tmp_path: Path
) -> None:
    key, seen = str(checkpoints.public_key()), tmp_path / "seen.sqlite"
    watch = (address, "--key", key, "--seen", seen, "--own", own)

    assert run("http://127.0.0.1:9/register/", "--key", key, "--seen", seen)[0] == 2
    assert run(address.replace("/register/", "/en/about/"), "--key", key, "--seen", seen)[0] == 2
    assert run(*watch[:2], str(NoteKey("a", b"k" * 32)), *watch[3:])[0] == 2
    RegisterWitness.objects.update(retired_at=NOON)
    code, said = run(*watch)
    assert (code, "The site does not take it: No witness that is known here" in said) == (2, True)
    RegisterWitness.objects.update(retired_at=None)
    assert run(*watch)[0] == 0  # what was seen was not forgotten, and is handed back now


@pytest.mark.django_db
def test_without_the_site_copies_and_the_files_of_a_message_do(
    point: RegisterCheckpoint, own: Path, tmp_path: Path
) -> None:
    key, seen = str(checkpoints.public_key()), tmp_path / "seen.sqlite"

    def of_message(number: int) -> Path:
        folder = tmp_path / f"message-{number}"
        folder.mkdir()
        for name, content, _ in compose(Mail.objects.order_by("pk")[number]).attachments:
            (folder / str(name)).write_bytes(content if isinstance(content, bytes) else str(content).encode())
        return folder

    RegisterWitness.objects.update(email="watch@example.org")
    mail_witnesses()
    write(300)
    checkpoints.sign_checkpoint(at=NOON)
    mail_witnesses()
    for number in (0, 1):
        code, said = run(of_message(number), "--key", key, "--seen", seen, "--own", own, "--print")
        assert code == 0
    file = tmp_path / "signed.txt"
    file.write_text(said)
    call_command("register_witness", "accept", str(file), stdout=StringIO())
    assert RegisterCosignature.objects.get().checkpoint_id == 303
    with pytest.raises(CommandError, match="Not taken"):
        call_command("register_witness", "accept", str(tmp_path / "nothing"))

    write(10)
    call_command("publish_register", str(tmp_path / "mirror"), stdout=StringIO())
    assert run(tmp_path / "mirror", "--key", key, "--seen", seen)[0] == 0
    code, said = run(tmp_path / "mirror", "--key", key, "--seen", seen, "--own", own)
    assert (code, "A copy takes nothing back" in said) == (2, True)
    code, said = run(tmp_path / "message-1", "--key", key, "--seen", seen)
    assert (code, "an old copy, or the register was cut" in said) == (2, True)
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04 no archive")
    assert run(tmp_path / "no.zip", "--key", key, "--seen", seen)[0] == 2
    assert run(tmp_path, "--key", key, "--seen", seen)[0] == 2


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 63])
@pytest.mark.usefixtures("db", "verifier")
def test_the_program_takes_every_true_proof_and_no_other(size: int) -> None:
    import witness as program  # type: ignore[import-not-found]

    write(64)
    for new_size in (size, size + 1, 64):
        if new_size > 64 or size == new_size:
            continue
        proof = register.consistency_proof(size, new_size)
        hashes = list(proof.proof)
        assert program.is_consistent(size, new_size, hashes, proof.first_root, proof.second_root)
        for number in range(len(hashes)):
            spoiled = [*hashes[:number], bytes(32), *hashes[number + 1 :]]
            assert not program.is_consistent(size, new_size, spoiled, proof.first_root, proof.second_root)
        assert not program.is_consistent(size, new_size, [*hashes, bytes(32)], proof.first_root, proof.second_root)
        assert not program.is_consistent(size, new_size, hashes[:-1], proof.first_root, proof.second_root)
        assert not program.is_consistent(size, new_size, hashes, bytes(32), proof.second_root)
        assert not program.is_consistent(size, new_size, hashes, proof.first_root, bytes(32))


@pytest.mark.usefixtures("db", "verifier")
def test_a_proof_of_hashes_that_are_longer_or_shorter_replaces_no_entry() -> None:
    import verify_letter  # type: ignore[import-not-found]
    import witness as program

    write(3)
    true = register.inclusion_proof(2, 3)
    left = true.proof[0]
    right = merkle.leaf_hash(true.leaf)
    forged, added = merkle.leaf_hash(b"forged"), merkle.leaf_hash(b"added")
    root = merkle.root_of([left, right])
    inner = hashlib.sha256(b"\1" + forged + added).digest()
    new_root = hashlib.sha256(b"\1" + left + right + inner).digest()
    assert root == true.root

    assert not program.is_consistent(3, 4, [b"", forged + added, left + right], root, new_root)
    assert not merkle.verify_consistency(3, 4, [b"", forged + added, left + right], root, new_root)
    assert verify_letter.root_from(b"forged", 2, 4, [added, left + right]) is None


@pytest.mark.usefixtures("verifier")
@pytest.mark.parametrize(
    "text",
    [
        f"elsewhere/register\n3\n{base64.b64encode(bytes(32)).decode()}\n",
        f"example.org/register\n+3\n{base64.b64encode(bytes(32)).decode()}\n",
        f"example.org/register\n٣\n{base64.b64encode(bytes(32)).decode()}\n",
        f"example.org/register\n3\n{base64.b64encode(bytes(31)).decode()}\n",
    ],
)
def test_a_key_speaks_for_its_own_register_alone_and_in_one_way(text: str) -> None:
    import verify_letter

    note = signed_note.sign(text, "example.org/register", KEY)

    with pytest.raises(verify_letter.Wrong, match="of another register than its key, or damaged"):
        verify_letter.read_checkpoint(note, str(NoteKey("example.org/register", KEY.public_key().public_bytes_raw())))


def test_a_line_in_its_name_does_not_keep_a_witness_from_signing(
    point: RegisterCheckpoint, own: Path, tmp_path: Path
) -> None:
    key, folder = str(checkpoints.public_key()), tmp_path / "copy"
    folder.mkdir()
    junk = base64.b64encode(bytes(76)).decode()
    (folder / "checkpoint").write_text(f"{point.note}— watch.example.org/letters {junk}\n")

    code, said = run(folder, "--key", key, "--seen", tmp_path / "seen.sqlite", "--own", own, "--print")

    assert (code, said.count("— watch.example.org/letters ")) == (0, 2)
