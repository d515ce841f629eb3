"""From the four files of a letter to the letter: each is decoded, cleaned and read; then all are held together."""

from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from campaign.base.canonical import Repair, TextRefused, clean_text, repair_look_alikes
from campaign.base.languages import LANGUAGES
from letters.folder.contents import DESCRIPTION, FILES, LONGEST, MOST_DESCRIPTION_BYTES, MOST_FILE_BYTES, LetterFolder
from letters.folder.description import read_description
from letters.folder.errors import Findings, FolderRefused, Notice, Problem
from letters.markdown import MarkdownRefused, Structure, structure

TOO_LARGE = _("The file is larger than %(limit)s.")
_NO_TITLE = _("The text begins with no title. Its first line is the title, marked with “# ”.")
_NO_BODY = _("Below its title the text is empty.")
_TITLE_TOO_LONG = _("The title has more than %(limit)s characters. Shorten it.")


def read_directory(path: Path) -> LetterFolder:
    """Read a letter from a folder; other files in it are left alone.

    :raises FolderRefused: with everything that is wrong.
    """
    if not path.is_dir():
        raise FolderRefused([Problem(str(path), 0, _("There is no such folder."))])
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in FILES:
        try:
            with (path / name).open("rb") as file:
                files[name] = file.read(MOST_FILE_BYTES + 1)
        except FileNotFoundError:
            continue
        except OSError as error:
            problems.append(Problem(name, 0, _("The file cannot be read (%(why)s)."), {"why": error.strerror}))
    if problems:
        raise FolderRefused(problems)
    return read_files(files)


def read_files(files: Mapping[str, bytes]) -> LetterFolder:
    """Read a letter from its four files, by name; other names are left alone.

    :raises FolderRefused: with everything that is wrong.
    """
    findings = Findings()
    sources = {name: _decode(findings, name, files.get(name)) for name in FILES}
    structures = {}
    for language in LANGUAGES:
        source = sources[f"{language}.md"]
        if source is not None and (read := _read_text(findings, f"{language}.md", source)):
            structures[language] = read
    source = sources[DESCRIPTION]
    letter = read_description(findings, source, structures) if source is not None else None
    if findings.problems or letter is None:
        raise FolderRefused(sorted(findings.problems, key=_place))
    return letter


def _place(problem: Problem) -> tuple[int, int]:
    """The order in which a person mends: file by file, from the top."""
    return FILES.index(problem.file), problem.line


def _decode(findings: Findings, name: str, packed: bytes | None) -> str | None:
    """The file's text; None when it is missing, too large or not UTF-8."""
    limit = MOST_DESCRIPTION_BYTES if name == DESCRIPTION else MOST_FILE_BYTES
    if packed is None:
        findings.refuse(name, 0, _("The file is missing. A letter has the files %(files)s."), files=", ".join(FILES))
        return None
    if len(packed) > limit:
        findings.refuse(name, 0, TOO_LARGE, limit=mebibytes(limit))
        return None
    try:
        return packed.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = packed.count(b"\n", 0, error.start) + 1
        findings.refuse(name, line, _("The text is not UTF-8. Save it in this encoding."))
        return None


def mebibytes(size: int) -> str:
    """A size in bytes as a person reads it."""
    return f"{size // 1_048_576} MiB" if size >= 1_048_576 else f"{size // 1024} KiB"


def _read_text(findings: Findings, name: str, source: str) -> Structure | None:
    """One text with its title, cleaned and repaired; None when it was refused."""
    try:
        text, repairs = repair_look_alikes(clean_text(source))
        skipped = _lines_before(source)
        read = structure(text)
    except TextRefused as refusal:
        findings.refuse(name, refusal.line, refusal.reason, **refusal.facts)
        return None
    except MarkdownRefused as refusal:
        line = refusal.line + skipped
        findings.refuse(name, line, refusal.reason, **{**refusal.facts, "line": line})
        return None
    findings.notices += [Notice(name, Repair(r.found, r.repaired, r.line + skipped)) for r in repairs]
    if read.title is None or len(read.title) > LONGEST["title"]:
        findings.refuse(name, skipped + 1, _TITLE_TOO_LONG if read.title else _NO_TITLE, limit=LONGEST["title"])
    if not read.body.strip():
        findings.refuse(name, read.last_line, _NO_BODY)
    return read


def _lines_before(source: str) -> int:
    """How many empty lines stand before the text, and are gone when it is cleaned."""
    lines = source.replace("\r\n", "\n").split("\n")
    return next((number for number, line in enumerate(lines) if line.strip()), 0)
