"""Drafts of PDFs, printed in a short-lived process of their own, so that the web never loads the printing engine."""

import logging
import subprocess
import threading

from letters.errors import PreviewFailed, PreviewsBusy, PreviewTookTooLong
from letters.printing.alone import last_words, run_alone
from letters.printing.payload import CoverLetters, LabelSheet, Payload

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


def print_covers(covers: CoverLetters) -> bytes:
    """The PDF of cover letters.

    :raises Refusal: as `print_draft`.
    """
    return _in_turn(covers.to_json().encode(), "covers")


def _in_turn(payload: bytes, *kind: str) -> bytes:
    if not _turns.acquire(timeout=PATIENCE):
        raise PreviewsBusy
    try:
        return _run(payload, *kind)
    finally:
        _turns.release()


def _run(payload: bytes, *kind: str) -> bytes:
    try:
        printed = run_alone("letters.printing", *kind, content=payload, seconds=LONGEST)
    except subprocess.TimeoutExpired:
        raise PreviewTookTooLong(seconds=LONGEST) from None
    if printed.returncode != 0 or not printed.stdout.startswith(b"%PDF-"):
        logger.error("A preview failed with exit code %d: %s", printed.returncode, last_words(printed))
        raise PreviewFailed
    return printed.stdout
