"""The Celery application: workers and the clock.

The web never talks to the broker (work for later is a row, handed out by the sweeps below); messages carry ids only.
"""

import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campaign.settings")

app = Celery("qoltanba")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["campaign.base", "letters", "signatories"])


@worker_process_init.connect
def limit_worker_memory(**_: object) -> None:
    """Keep a worker's child within the memory that printing one letter may take."""
    from letters.printing.render import limit_resources  # needs WeasyPrint, which the web does not load

    limit_resources()
