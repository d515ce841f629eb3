"""`manage.py verify_pdf FILE`: the same answer as the check page gives."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaign.base.calendar import page_date
from letters.printing.judge import Judgement
from letters.services import checking
from letters.services.checking import Answer, Check
from letters.views.verify import as_facts

NOT_GENUINE, NOTHING_TO_JUDGE = 1, 2
NO_SEAL = (Answer.UNSIGNED, Answer.NOT_A_PDF, Answer.NOT_JUDGED, Answer.TOO_LARGE)


class Command(BaseCommand):
    """Exit code 0: genuine; 1: not genuine, or not as it was sealed; 2: no PDF, no seal, or too much to judge."""

    help = "Check a PDF as the check page does. Exit code 0: genuine; 1: not genuine; 2: not a PDF, without a seal, or not judged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and the language and form of the answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")
        parser.add_argument("--json", action="store_true", help="the answer for programs")

    def handle(self, *_args: Any, file: Path, language: str, **options: Any) -> None:
        """Print the answer in plain words, or as JSON."""
        try:
            content = file.read_bytes()
        except OSError as unreadable:
            raise CommandError(str(unreadable), returncode=NOTHING_TO_JUDGE) from unreadable
        with override(language):
            found = checking.check_file(content, language=language, at=timezone.now())
            if options["json"]:
                self.stdout.write(json.dumps(as_facts(found, language), ensure_ascii=False, indent=1))
            else:
                for line in _lines(found, language):
                    self.stdout.write(line)
            if found.answer != Answer.GENUINE:
                code = NOTHING_TO_JUDGE if found.answer in NO_SEAL else NOT_GENUINE
                raise CommandError(str(found.answer.words), returncode=code)


def _lines(found: Check, language: str) -> list[str]:
    lines = [] if found.answer != Answer.GENUINE else [str(found.answer.words)]
    if found.letter is not None:
        lines += _of_letter(found, language)
    if found.judgement is not None:
        lines += _of_signature(found.judgement)
    if found.proof is not None:
        lines.append(_("Entry of the register: %(index)d") % {"index": found.proof.index})
        if found.proof.checkpoint:
            lines.append(_("proof under the checkpoint with %(size)s entries") % {"size": found.proof.checkpoint})
    return lines


def _of_letter(found: Check, language: str) -> list[str]:
    facts = as_facts(found, language)
    letter, edition = facts["letter"], found.edition
    lines = [
        _("Letter: %(title)s") % {"title": letter["title"]},
        _("Fingerprint of the three texts (SHA-256): %(value)s") % {"value": letter["fingerprint"]},
    ]
    if letter["revision"] < letter["newest_revision"]:
        numbers = {"number": letter["revision"], "newest": letter["newest_revision"]}
        lines.append(_("text %(number)s; it was corrected since, text %(newest)s is signed now") % numbers)
    if edition is not None:
        printed = {"language": edition.get_language_display(), "recipient": facts["edition"]["recipient"]}
        said = (
            _("the edition for %(recipient)s (%(language)s)")
            if edition.recipient
            else _("the public edition (%(language)s)")
        )
        lines.append(said % printed)
        if edition.addendum:
            lines.append(_("addendum %(number)s") % {"number": edition.addendum})
    if found.then is not None:
        lines.append(
            _("Signatures when it was printed: %(then)d; today: %(now)d") % {"then": found.then.count, "now": found.now}
        )
        lines += [f"  {name}" for name in facts["then"]["names"]]
    lines += [_("Signed since: %(name)s") % {"name": name} for name in found.came]
    lines += [
        _("Addendum %(number)s, %(day)s") % {"number": one.number, "day": page_date(localdate(one.closed_at), language)}
        for one in found.addenda
    ]
    for one in found.left:
        said = _("Disputed since: %(name)s, %(day)s") if one.disputed else _("Withdrawn: %(name)s, %(day)s")
        lines.append(said % {"name": one.name, "day": page_date(one.on, language)})
    return lines


def _of_signature(judged: Judgement) -> list[str]:
    lines = [_("Signed by: %(name)s") % {"name": judged.signer}] if judged.signer else []
    if judged.signed_at:
        lines.append(_("Signed at (by the signer’s clock): %(time)s") % {"time": _written(judged.signed_at)})
    if judged.timestamped_at:
        lines.append(
            _("Time stamp: %(time)s, by %(authority)s")
            % {"time": _written(judged.timestamped_at), "authority": judged.timestamp_authority}
        )
    lines += [
        _("Signed further by: %(name)s, certificate issued by %(authority)s")
        % {"name": one.signer, "authority": one.authority}
        for one in judged.further
    ]
    return lines


def _written(moment: str) -> str:
    return date_format(localtime(datetime.fromisoformat(moment)), "DATETIME_FORMAT")
