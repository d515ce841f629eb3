"""Replay the public register."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from campaign.base import register


class Command(BaseCommand):
    """Recomputes every hash from the first entry; ends with 1 when anything disagrees."""

    help = "Replay the public register from its first entry and compare every hash."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and say what was found."""
        replay = register.replay()
        for problem in replay.problems:
            self.stderr.write(problem)
        self.stdout.write(f"{replay.size} entries, root {replay.root.hex()}")
        if replay.problems:
            sys.exit(1)
