"""Drafts of PDFs, printed in a short-lived process of their own, so that the web never loads the printing engine."""

import logging
import os
import subprocess
import sys
import threading

from django.conf import settings

from letters.errors import PreviewFailed, PreviewsBusy, PreviewTookTooLong
from letters.printing.payload import LabelSheet, Payload

logger = logging.getLogger(__name__)

LONGEST = 45  # seconds
AT_ONCE = 2  # each takes a processor and about 100 MB
PATIENCE = 20  # seconds that a preview waits for its turn

_turns = threading.BoundedSemaphore(AT_ONCE)


def print_draft(payload: Payload) -> bytes:
    """The PDF of a payload, unsigned.

    :raises PreviewsBusy: others are being printed.
    :raises PreviewTookTooLong: it did not come in 45 seconds.
    :raises PreviewFailed: the printer refused it; why is logged.
    """
    return _in_turn(payload.to_json().encode())


def print_labels(sheet: LabelSheet) -> bytes:
    """The PDF of a sheet of address labels.

    :raises Refusal: as `print_draft`.
    """
    return _in_turn(sheet.to_json().encode(), "labels")


def _in_turn(payload: bytes, *kind: str) -> bytes:
    if not _turns.acquire(timeout=PATIENCE):
        raise PreviewsBusy
    try:
        return _run(payload, *kind)
    finally:
        _turns.release()


def _run(payload: bytes, *kind: str) -> bytes:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "campaign.settings", "VAR_DIR": str(settings.VAR_DIR)}
    try:
        printed = subprocess.run(
            [sys.executable, "-m", "letters.printing", *kind],
            input=payload,
            capture_output=True,
            timeout=LONGEST,
            cwd=settings.BASE_DIR,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PreviewTookTooLong(seconds=LONGEST) from None
    if printed.returncode != 0 or not printed.stdout.startswith(b"%PDF-"):
        last = printed.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        logger.error("A preview failed with exit code %d: %.200s", printed.returncode, last)
        raise PreviewFailed
    return printed.stdout
