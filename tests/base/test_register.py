"""The register only grows, agrees with RFC 6962, and tells when somebody changed it."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from campaign.base import checkpoints, freshness, merkle, register
from campaign.base.models import RegisterEntry, RegisterNode
from campaign.base.replay import replay

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
# Root hashes of the first 0…8 of eight leaves, from the Certificate Transparency reference implementation
REFERENCE_LEAVES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
REFERENCE_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def grown(leaves: list[bytes]) -> list[bytes]:
    frontier: list[bytes] = []
    for size, leaf in enumerate(leaves):
        frontier, _ = merkle.grow(size, frontier, merkle.leaf_hash(leaf))
    return frontier


def test_the_root_agrees_with_the_reference_tree_of_certificate_transparency() -> None:
    assert merkle.root_of(grown(REFERENCE_LEAVES)).hex() == REFERENCE_ROOT
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
def test_the_root_agrees_with_another_implementation(leaves: list[bytes]) -> None:
    other = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        other.append_entry(leaf)

    assert merkle.root_of(grown(leaves)) == other.get_root()


def write(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            register.append("letter.opened", letter=f"letter-{number}", at=NOON, fingerprint="0" * 64)


@pytest.mark.django_db
@pytest.mark.database
def test_entries_are_numbered_from_zero_and_replay_without_problems() -> None:
    write(13)

    found = replay()
    assert (found.size, found.problems) == (13, ())
    assert found.root == register.root()


def completed_by(size: int) -> int:
    """How many complete subtrees the entry at the end of a register of this size completes: as many as the size ends in binary ones."""
    return (size ^ (size + 1)).bit_length() - 1


@pytest.mark.django_db
@pytest.mark.database
def test_an_entry_adds_the_nodes_that_it_completes_and_asks_the_database_as_often_however_large_the_register() -> None:
    statements: dict[bool, set[int]] = {True: set(), False: set()}
    for size in range(66):
        before = RegisterNode.objects.count()
        with CaptureQueriesContext(connection) as queries:
            register.append("letter.opened", letter="x", at=NOON)

        assert RegisterNode.objects.count() - before == completed_by(size)
        statements[completed_by(size) > 0].add(len(queries))

    with_nodes, without = (1, 1) if connection.vendor == "postgresql" else (4, 3)
    assert statements == {True: {with_nodes}, False: {without}}


@pytest.mark.parametrize("height", [2, 8, 20, 40])
def test_no_entry_adds_more_nodes_than_its_register_is_high(height: int) -> None:
    for size in (2**height - 2, 2**height - 1, 2**height, 2**height + 1):
        edge = [bytes(32)] * size.bit_count()

        frontier, nodes = merkle.grow(size, edge, bytes(32))

        assert [(level, index) for level, index, _ in nodes] == [
            (level, size >> level) for level in range(1, completed_by(size) + 1)
        ]
        assert completed_by(size) <= (size + 1).bit_length() - 1
        assert len(frontier) == (size + 1).bit_count()


@pytest.mark.django_db
@pytest.mark.database
def test_an_entry_belongs_to_the_transaction_of_its_change() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        register.append("letter.opened", letter="x", at=NOON)
        raise ZeroDivisionError

    assert replay().size == 0


@pytest.mark.django_db
def test_every_entry_makes_stored_pages_stale() -> None:
    before = freshness.version()
    write(1)

    assert freshness.version() == before + 1


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE base_registerentry SET kind = 'x' WHERE index = 1",
        "DELETE FROM base_registerentry WHERE index = 1",
        "UPDATE base_registernode SET hash = leaf_hash FROM base_registerentry",
        "DELETE FROM base_registernode",
        "UPDATE base_registercheckpoint SET note = ''",
        "DELETE FROM base_registercheckpoint",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_written(statement: str) -> None:
    write(3)
    checkpoints.sign_checkpoint(at=NOON)

    with (
        pytest.raises(DatabaseError, match="the register only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.replace(" index ", ' "index" '))

    assert replay().problems == ()


@pytest.mark.django_db
@pytest.mark.postgresql  # SQLite has no such statement
def test_no_table_of_the_register_can_be_emptied_at_once() -> None:
    write(3)
    checkpoints.sign_checkpoint(at=NOON)

    for table in ("base_registerentry", "base_registernode", "base_registercheckpoint"):
        with (
            pytest.raises(DatabaseError, match="the register only grows"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"TRUNCATE {table} CASCADE")

    assert replay().problems == ()
    assert checkpoints.newest() is not None


@pytest.mark.django_db
def test_verify_register_names_what_was_changed_behind_its_back() -> None:
    write(3)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER base_registerentry_update_guard")
    RegisterEntry.objects.filter(index=1).update(leaf=b'{"op":"letter.opened","letter":"forged"}')
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify_register", stdout=out, stderr=err)

    assert ended.value.code == 1
    assert "1" in err.getvalue()
    assert out.getvalue().startswith("3 entries, root ")


@pytest.mark.django_db
def test_a_long_fact_is_refused() -> None:
    with pytest.raises(register.LeafTooLong), transaction.atomic():
        register.append("letter.opened", letter="x", at=NOON, note="x" * 9000)
