"""`manage.py verify_pdf FILE`: is this file what was sealed here?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaign.base.errors import Refusal
from letters.printing.verify import Verdict, verify

NOT_VALID, NOTHING_TO_JUDGE = 1, 2


class Command(BaseCommand):
    """Exit code 0: valid; 1: not valid; 2: no PDF, or not signed."""

    help = "Check the electronic signature of a PDF. Exit code 0: valid; 1: not valid or altered; 2: not a PDF or not signed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and the language of the answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *_args: Any, file: Path, language: str, **_options: Any) -> None:
        """Print the verdict in plain words."""
        with override(language):
            verdict = _judge(file)
            for line in _lines(verdict):
                self.stdout.write(line)
            if not verdict.valid:
                raise CommandError(_("This file is not valid."), returncode=NOT_VALID)


def _judge(file: Path) -> Verdict:
    try:
        return verify(file.read_bytes())
    except (Refusal, OSError) as refusal:
        raise CommandError(str(refusal), returncode=NOTHING_TO_JUDGE) from refusal


def _lines(verdict: Verdict) -> list[str]:
    lines = [_("Signed by: %(name)s") % {"name": verdict.signer}]
    if verdict.signed_at:
        lines.append(_("Signed at (by the signer’s clock): %(time)s") % {"time": _written(verdict.signed_at)})
    if verdict.timestamped_at:
        lines.append(
            _("Time stamp: %(time)s, by %(authority)s")
            % {"time": _written(verdict.timestamped_at), "authority": verdict.timestamp_authority}
        )
    if verdict.valid:
        lines.append(_("Valid: the file is exactly what was signed, from the first byte to the last."))
    return lines + list(verdict.problems)


def _written(moment: Any) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
