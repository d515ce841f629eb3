"""The register as files that anybody can copy."""

import hashlib
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import Client

from campaign.base import checkpoints, merkle, register, signed_note, tiles
from campaign.base.models import RegisterEntry
from campaign.base.replay import replay, replay_files
from tests.base.test_checkpoints import cut_to

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def write(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            register.append("letter.opened", letter=f"letter-{number}", at=NOON, fingerprint="0" * 64)


@pytest.fixture
def six_hundred(db: None) -> int:
    write(600)
    return checkpoints.sign_checkpoint(at=NOON).size


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (7, "007"), (999, "999"), (1234, "x001/234"), (1234067, "x001/x234/067")],
)
def test_the_number_of_a_tile_is_written_as_c2sp_does(number: int, path: str) -> None:
    assert tiles.path_of(0, number) == f"tile/0/{path}"
    assert tiles.path_of("entries", number, 5) == f"tile/entries/{path}.p/5"
    assert tiles.parse_number(path) == number


@pytest.mark.parametrize(
    "path", ["", "1", "0000", "x000/001", "001/234", "x01/234", "x001/23", "../000", "٠٠١", "9" * 30]
)
def test_a_number_written_otherwise_is_none(path: str) -> None:
    assert tiles.parse_number(path) is None


def test_tiles_hold_the_tree(client: Client, six_hundred: int) -> None:
    first = client.get("/register/tile/0/000")
    edge = client.get("/register/tile/0/002.p/88")
    above = client.get("/register/tile/1/000.p/2")

    hashes = [bytes(one) for one in RegisterEntry.objects.order_by("index").values_list("leaf_hash", flat=True)]
    assert first.content == b"".join(hashes[:256])
    assert edge.content == b"".join(hashes[512:])
    for place in (0, 1):
        frontier: list[bytes] = []
        for size, hashed in enumerate(hashes[place * 256 : place * 256 + 256]):
            frontier, _ = merkle.grow(size, frontier, hashed)
        assert above.content[32 * place : 32 * place + 32] == merkle.root_of(frontier)
    assert "immutable" in first["Cache-Control"]
    assert "immutable" not in edge["Cache-Control"]


def test_a_bundle_of_entries_holds_each_after_its_length(client: Client, six_hundred: int) -> None:
    content = client.get("/register/tile/entries/002.p/88").content

    leaf = bytes(RegisterEntry.objects.get(index=512).leaf)
    assert content.startswith(len(leaf).to_bytes(2, "big") + leaf)


@pytest.mark.parametrize(
    "path",
    [
        "0/002",
        "0/002.p/89",
        "0/003",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/x",
        "8/000",
        "1/000",
        "2/000",
        "x/000",
        "0/x000/001",
    ],
)
def test_a_tile_that_the_checkpoint_does_not_reach_does_not_exist(client: Client, six_hundred: int, path: str) -> None:
    assert client.get(f"/register/tile/{path}").status_code == 404


def test_entries_that_no_checkpoint_has_are_in_no_tile(client: Client, six_hundred: int) -> None:
    write(10)

    assert client.get("/register/tile/entries/002.p/90").status_code == 404
    checkpoints.sign_checkpoint(at=NOON)
    assert client.get("/register/tile/entries/002.p/90").status_code == 200


def test_before_the_first_checkpoint_there_is_nothing_to_copy(client: Client, db: None) -> None:
    for path in ("checkpoint", "checkpoint/1", "tile/0/000", "tile/entries/000", "consistency/1/1", "proof/0"):
        assert client.get(f"/register/{path}").status_code == 404


def test_the_checkpoint_is_read_by_programs(client: Client, six_hundred: int) -> None:
    newest = client.get("/register/checkpoint")

    assert newest["Content-Type"] == "text/plain; charset=utf-8"
    said = signed_note.read_checkpoint(newest.content.decode(), [checkpoints.public_key()])
    assert said is not None
    assert said.size == 600
    assert client.get("/register/checkpoint/600").content == newest.content
    assert client.get("/register/checkpoint/599").status_code == 404


def test_a_mirror_is_written_brought_up_to_date_and_checked(six_hundred: int, tmp_path: Path) -> None:
    folder, out = tmp_path / "mirror", StringIO()
    call_command("publish_register", str(folder), stdout=out)
    write(200)
    call_command("publish_register", str(folder), stdout=out)

    call_command("verify_register", str(folder), stdout=out)

    assert out.getvalue().splitlines()[0] == "600 entries, 8 files written"
    assert out.getvalue().splitlines()[-1] == f"800 entries, root {register.root().hex()}"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "checkpoint").unlink(), "The checkpoint is damaged."),
        (lambda folder: (folder / "tile/entries/001").unlink(), "A file is missing or cut:"),
        (lambda folder: _flip(folder / "tile/entries/001", 40), "The entries do not agree with the checkpoint."),
        (lambda folder: _cut(folder / "tile/entries/002.p/88"), "A file is missing or cut:"),
        (lambda folder: _flip(folder / "checkpoint", -9), "The checkpoint is "),
    ],
)
def test_a_spoiled_mirror_is_named(six_hundred: int, tmp_path: Path, spoil: Any, sentence: str) -> None:
    call_command("publish_register", str(tmp_path), stdout=StringIO())
    spoil(tmp_path)

    found = replay_files(tmp_path, [checkpoints.public_key()])

    assert len(found.problems) == 1
    assert found.problems[0].startswith(sentence)


def test_entries_that_a_restored_backup_lacks_come_back_from_a_mirror(six_hundred: int, tmp_path: Path) -> None:
    before = checkpoints.newest()
    assert before is not None
    call_command("publish_register", str(tmp_path / "mirror"), stdout=StringIO())
    cut_to(590)
    with pytest.raises(checkpoints.RegisterForked):
        checkpoints.sign_checkpoint(at=NOON)
    out = StringIO()

    call_command("refill_register", str(tmp_path / "mirror"), stdout=out)

    assert out.getvalue() == "10 entries brought back\n"
    assert checkpoints.sign_checkpoint(at=NOON).note == before.note
    assert replay().problems == ()


def test_a_mirror_of_another_history_brings_nothing_back(six_hundred: int, tmp_path: Path) -> None:
    call_command("publish_register", str(tmp_path / "mirror"), stdout=StringIO())
    cut_to(590)
    write(1)

    with pytest.raises(CommandError, match="does not continue"):
        call_command("refill_register", str(tmp_path / "mirror"), stdout=StringIO())

    assert RegisterEntry.objects.count() == 591


def _flip(file: Path, place: int) -> None:
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(bytes(content))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])


def test_the_files_are_the_same_as_the_addresses(client: Client, six_hundred: int, tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    call_command("publish_register", str(folder), stdout=StringIO())

    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        answer = client.get(f"/register/{file.relative_to(folder).as_posix()}")
        assert hashlib.sha256(answer.content).digest() == hashlib.sha256(file.read_bytes()).digest()
