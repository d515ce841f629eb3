"""Compare signatures with the public register."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from signatories.audit import disagreements


class Command(BaseCommand):
    """Says which signatures and verifications were changed, added or removed behind the site's back; ends with 1 when there are any."""

    help = "Compare every admitted signature and every verification with its entry in the public register."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and say what was found."""
        found = list(disagreements())
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            sys.exit(1)
        self.stdout.write("Signatures and register agree.")
