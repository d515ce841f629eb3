"""Many writers at once: no entry is lost, none stands twice, and every hash agrees; without the lock it would not be so."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from campaign.base import merkle, register
from campaign.base.models import RegisterEntry, RegisterHead
from campaign.base.replay import replay

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.usefixtures("committed"),  # on SQLite one transaction writes at a time
]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WRITERS, EACH, READERS = 8, 25, 2


def hammer() -> tuple[list[int], int]:
    """The numbers that were answered to all writers, and how many appends failed."""
    barrier, answered, failed = threading.Barrier(WRITERS), [], []

    def write(writer: int) -> None:
        barrier.wait()
        for number in range(EACH):
            try:
                with transaction.atomic():
                    answered.append(register.append("letter.opened", letter=f"{writer}-{number}", at=NOON))
            except IntegrityError as clash:
                failed.append(clash)
        connection.close()

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answered, len(failed)


def test_whatever_is_answered_stands_in_the_register_once() -> None:
    answered, failed = hammer()

    found = replay()
    assert (sorted(answered), failed) == (list(range(WRITERS * EACH)), 0)
    assert (found.size, found.problems) == (WRITERS * EACH, ())
    assert RegisterEntry.objects.values("letter").distinct().count() == WRITERS * EACH


def read_until(written: threading.Event) -> list[tuple[int, bool]]:
    """Every head that was seen until all was written, and whether it was proved to continue the one before and to hold its last entry."""
    seen, before = [], register.consistency_proof(1, RegisterHead.objects.get(pk=1).size)
    while True:
        is_last = written.is_set()
        size = RegisterHead.objects.get(pk=1).size
        found, entry = register.consistency_proof(before.second, size), register.inclusion_proof(size - 1, size)
        continues = merkle.verify_consistency(
            before.second, size, list(found.proof), before.second_root, found.second_root
        )
        seen.append((size, continues and entry.holds() and entry.root == found.second_root))
        if is_last:
            connection.close()
            return seen
        before = found


def test_whoever_reads_meanwhile_gets_proofs_that_hold() -> None:
    with transaction.atomic():
        register.append("letter.opened", letter="first", at=NOON)
    written, heads = threading.Event(), []
    readers = [threading.Thread(target=lambda: heads.append(read_until(written))) for _ in range(READERS)]
    for reader in readers:
        reader.start()

    try:
        hammer()
    finally:
        written.set()
    for reader in readers:
        reader.join()

    assert len(heads) == READERS
    for seen in heads:
        assert [size for size, holds in seen if not holds] == []
        assert [size for size, _ in seen] == sorted(size for size, _ in seen)
        assert seen[-1][0] == 1 + WRITERS * EACH


@pytest.fixture
def only_looked_at(committed: None) -> Iterator[None]:
    """The head is read without being held."""
    migration = import_module("campaign.base.migrations.0005_register_append")
    held = migration.MAKE.replace("CREATE", "CREATE OR REPLACE")
    assert held.count(" FOR UPDATE;") == 1
    with connection.cursor() as cursor:
        cursor.execute(held.replace(" FOR UPDATE;", ";"))
        yield
        cursor.execute(held)


@pytest.mark.usefixtures("only_looked_at")
def test_the_hammer_goes_red_when_the_head_is_only_looked_at() -> None:
    answered, failed = hammer()

    assert failed > 0
    assert len(answered) < WRITERS * EACH
