"""The Celery application: workers and the clock.

The web never talks to the broker (work for later is a row, handed out by the sweeps below); messages carry ids only.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_ready

from letters.printing.limits import limit_resources

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")

app = Celery("qoltanba")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["campaign.base", "letters", "signatories"])


@worker_process_init.connect
def limit_worker_memory(**_: object) -> None:
    """Keep a worker's child within the memory that printing one letter may take."""
    limit_resources()


@worker_ready.connect
def end_with_a_killed_child(*, sender: Any, **_: object) -> None:
    """End a worker whose child was killed, when its children share one queue (as on `filesystem://`).

    A child killed while it waits holds the queue's lock for ever, and nobody would work any more. The supervisor starts the
    worker again, and the sweep frees at once what it held. On Redis each child has a pipe of its own, and this does nothing.
    """
    from celery.concurrency.asynpool import AsynPool  # needs billiard, which the web does without

    pool = sender.pool._pool
    if not isinstance(pool, AsynPool):
        pool.on_process_down = _end_if_killed


def _end_if_killed(child: Any) -> None:
    if child.exitcode < 0:
        os._exit(1)
