"""Work that may take too much, done in a short-lived process of its own."""

import os
import subprocess
import sys

from django.apps import apps
from django.conf import settings

TOLD = (
    "VAR_DIR",
    "SIGNING_PKCS12",
    "SIGNING_PKCS11",
    "SIGNING_PASSWORD",
    "DEMONSTRATION",
)  # settings that the process must share


def run_alone(module: str, *arguments: str, content: bytes, seconds: int) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m module` with this content as its standard input.

    :raises subprocess.TimeoutExpired: it took longer than so many seconds by the clock, and was ended.
    """
    told = {name: str(getattr(settings, name)) for name in TOLD}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        input=content,
        capture_output=True,
        timeout=seconds,
        cwd=settings.BASE_DIR,
        env={**os.environ, **told, "DJANGO_SETTINGS_MODULE": "campaign.settings"},
        check=False,
    )


def set_up_without_tables() -> None:
    """Ready Django, in the process that works alone, for words and templates: its applications with their tables and addresses are not
    needed, and loading them would take longer than most of the work.
    """
    apps.populate(())


def last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last line that a process said of its trouble, for the log."""
    return done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
