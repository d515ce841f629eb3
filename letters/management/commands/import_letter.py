"""`manage.py import_letter FOLDER`: a draft from a folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaign.base.models import User
from letters.folder import FolderRefused, Problem, read_directory
from letters.services.importing import Imported, import_letter


class Command(BaseCommand):
    """Exit code 0: imported; 1: refused, each reason on a line of its own, and nothing kept."""

    help = "Import a letter from a folder with letter.toml, kk.md, ru.md and en.md as a draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, who shall coordinate the issuer, and the language of the answer."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--coordinator", metavar="EMAIL", help="Who coordinates the letters of the issuer.")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *_args: Any, folder: Path, coordinator: str | None, language: str, **_options: Any) -> None:
        """Import the letter and say what was made."""
        with override(language):
            try:
                imported = import_letter(
                    read_directory(folder), by=None, at=timezone.now(), coordinator=_person(coordinator)
                )
            except FolderRefused as refusal:
                for problem in refusal.problems:
                    self.stderr.write(_line(problem))
                raise CommandError(_("The letter was not imported, and nothing was changed.")) from None
            for line in _report(imported):
                self.stdout.write(line)


def _person(email: str | None) -> User | None:
    if email is None:
        return None
    try:
        return User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise CommandError(
            _("Nobody here has the address %(email)s. Make a coordinator first: manage.py create_coordinator %(email)s")
            % {"email": email}
        ) from None


def _line(problem: Problem) -> str:
    """One refusal as compilers write theirs: `file:line: sentence`."""
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return f"{place}: {str(problem.reason) % problem.facts}"


def _report(imported: Imported) -> list[str]:
    lines = [_("The letter “%(slug)s” is imported as a draft.") % {"slug": imported.letter.slug}]
    if imported.issuer:
        lines.append(_("The issuer “%(name)s” is new.") % {"name": imported.issuer})
    if imported.campaign:
        text = _("The campaign “%(slug)s” is new. An administrator can give it a title.")
        lines.append(text % {"slug": imported.campaign.slug})
    return [*lines, *map(str, imported.notices)]
