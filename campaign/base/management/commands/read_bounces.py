"""Read mail that came back."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from mailbox import Maildir
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from campaign.base import bounce, post


class Command(BaseCommand):
    """Marks messages whose delivery failed for good; whatever else comes in is passed over. Says a number, never an address."""

    help = "Read delivery reports (RFC 3464): one from standard input, or the new ones of a Maildir, which are then deleted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where they lie."""
        parser.add_argument("--maildir", type=Path, help="a Maildir; without it one report comes from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, and say how many messages came back."""
        reports = _of_maildir(options["maildir"]) if options["maildir"] else [sys.stdin.buffer.read()]
        came_back = sum(post.note_bounce(message_id) for report in reports for message_id in bounce.message_ids(report))
        self.stdout.write(f"{came_back} messages came back")


def _of_maildir(folder: Path) -> Iterator[bytes]:
    """Each message, deleted after it was read."""
    box = Maildir(folder, create=False)
    for key in list(box.keys()):
        yield box.get_bytes(key)
        box.discard(key)
