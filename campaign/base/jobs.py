"""Work for later: the row is the job.

A row with a state (`waiting` → `in flight` → `done`, or `parked` with its reason after its last attempt) is written in the
transaction of the change that asks for the work. A sweep hands the ids of waiting rows to the workers; a worker claims
one by a conditional UPDATE and works outside any transaction. When the broker is lost nothing is: the rows wait.
"""

import errno
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_PAUSE = timedelta(hours=2)
LEASE = timedelta(seconds=150)
DIED = "The worker died three times."
CAME_BACK = "The message came back."
IN_WORDS = {  # reasons as they are kept, and as people read them
    os.strerror(errno.ENOSPC): _("The disk is full."),
    os.strerror(errno.EFBIG): _("The disk is full."),
    os.strerror(errno.EDQUOT): _("The disk is full."),
    DIED: _("The worker died three times."),
    CAME_BACK: _("The message came back."),
}


class JobState(models.TextChoices):
    """The life of a waiting row."""

    WAITING = "waiting", _("waiting")
    IN_FLIGHT = "in_flight", _("in flight")
    DONE = "done", _("done")
    PARKED = "parked", _("parked")


class WaitingRow(models.Model):
    """Base of every row that is a job.

    `claim` is "host:process:random" while in flight, so that the sweep can free at once what a killed process held.
    """

    most_attempts: ClassVar[int] = 3

    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    claim = models.CharField(max_length=200, blank=True, default="")
    leased_until = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["state", "id"], name="%(app_label)s_%(class)s_jobs", condition=~Q(state="done")),
        ]

    def trouble(self) -> str:
        """Why the row was not done, in the reader's language; what has no words of its own is named for who mends it."""
        if not self.reason:
            return ""
        known = IN_WORDS.get(self.reason)
        return str(known or _("A fault in the program or the machine (%(reason)s).") % {"reason": self.reason})


Row = TypeVar("Row", bound=WaitingRow)


def _claim_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


@contextmanager
def claimed(model: type[Row], row_id: int) -> Iterator[Row | None]:
    """Claim one waiting row, or yield None when it no longer waits.

    An OSError (disk, network) sends the row back to wait; after its last attempt it is parked with its reason. Anything else
    that goes wrong is a bug: the row is parked at once and the error goes on. A process that is told to stop (SystemExit, as
    when the broker's connection is lost) leaves the row in flight as one that is killed does: the sweep decides.
    """
    now, claim = timezone.now(), _claim_name()
    rows: Any = model._default_manager
    taken = rows.filter(pk=row_id, state=JobState.WAITING).update(
        state=JobState.IN_FLIGHT, claim=claim, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not taken:
        yield None
        return
    row: Row = rows.get(pk=row_id)
    try:
        yield row
    except OSError as trouble:
        give_back(row, reason=type(trouble).__name__ if trouble.errno is None else os.strerror(trouble.errno))
    except Exception as bug:
        park(row, reason=type(bug).__name__)
        raise


def finish(row: WaitingRow, **fields: Any) -> bool:
    """Mark the row as done if this process still holds it; false when the lease had passed to another."""
    mine = type(row)._default_manager.filter(pk=row.pk, state=JobState.IN_FLIGHT, claim=row.claim)
    return bool(mine.update(state=JobState.DONE, claim="", leased_until=None, reason="", **fields))


def give_back(row: WaitingRow, *, reason: str) -> None:
    """Let the row wait again (ten seconds, a minute, … at most two hours), or park it after the last attempt."""
    if row.attempts >= row.most_attempts:
        park(row, reason=reason)
        return
    mine = type(row)._default_manager.filter(pk=row.pk, claim=row.claim, state=JobState.IN_FLIGHT)
    pause = min(timedelta(seconds=10 * 6 ** (row.attempts - 1)), LONGEST_PAUSE)
    mine.update(
        state=JobState.WAITING,
        claim="",
        leased_until=None,
        handed_at=None,
        reason=reason[:300],
        not_before=timezone.now() + pause,
    )


def put_off(row: WaitingRow, *, until: datetime) -> None:
    """Let the row wait again until then, as if it had not been taken: it was too early."""
    mine = type(row)._default_manager.filter(pk=row.pk, claim=row.claim, state=JobState.IN_FLIGHT)
    mine.update(
        state=JobState.WAITING,
        claim="",
        leased_until=None,
        handed_at=None,
        not_before=until,
        attempts=F("attempts") - 1,
    )


def park(row: WaitingRow, *, reason: str) -> None:
    """Take the row out of work, with the reason that the desk shows."""
    mine = type(row)._default_manager.filter(pk=row.pk, claim=row.claim, state=JobState.IN_FLIGHT)
    mine.update(state=JobState.PARKED, claim="", leased_until=None, reason=reason[:300])


def to_hand_out(model: type[Row], *, at: datetime, most: int, again_after: timedelta = LEASE) -> list[int]:
    """Ids of waiting rows that nobody was given yet (or whose message was lost), marked as handed out now.

    Rows come oldest first. `again_after` is how long a broker message is trusted to be still on its way.
    """
    rows: Any = model._default_manager
    due = rows.filter(state=JobState.WAITING).filter(Q(not_before=None) | Q(not_before__lte=at))
    fresh = due.filter(Q(handed_at=None) | Q(handed_at__lt=at - again_after))
    ids = list(fresh.order_by("pk").values_list("pk", flat=True)[:most])
    rows.filter(pk__in=ids, state=JobState.WAITING).update(handed_at=at)
    return ids


def free_abandoned(model: type[Row], *, at: datetime) -> int:
    """Let rows wait again whose worker is gone: killed on this machine, or silent past its lease. Parks after the last attempt.

    A worker that died may have taken messages with it, so all rows that wait are handed out again; one too many does no harm.
    """
    rows: Any = model._default_manager
    gone = [row for row in rows.filter(state=JobState.IN_FLIGHT) if _is_gone(row, at)]
    freed = sum(_free(row) for row in gone)
    if gone:
        rows.filter(state=JobState.WAITING).update(handed_at=None)
    return freed


def _free(row: WaitingRow) -> int:
    mine: Any = type(row)._default_manager.filter(pk=row.pk, claim=row.claim, state=JobState.IN_FLIGHT)
    if row.attempts >= row.most_attempts:
        mine.update(state=JobState.PARKED, claim="", leased_until=None, reason=DIED)
        return 0
    freed: int = mine.update(state=JobState.WAITING, claim="", leased_until=None)
    return freed


def _is_gone(row: WaitingRow, at: datetime) -> bool:
    host, process = row.claim.rsplit(":", 2)[:2]
    if host == socket.gethostname() and not _is_alive(int(process)):
        return True
    return row.leased_until is None or row.leased_until < at


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
