"""Reading a letter that comes as a folder, or as a ZIP of that folder: `letter.toml`, `kk.md`, `ru.md`, `en.md`.

Nothing here knows a table. Every problem is collected, with its file and line, so that a folder is mended in one go.
"""

import lzma
import re
import stat
import struct
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.base.canonical import Repair, TextRefused, clean_text, repair_look_alikes
from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGES
from campaign.base.plain import clean_line
from letters.markdown import MarkdownRefused, Structure, differences, structure
from letters.states import LetterKind, RecipientRole, RegistrationScheme

DESCRIPTION = "letter.toml"
FILES = (DESCRIPTION, *(f"{language}.md" for language in LANGUAGES))

MOST_FILE_BYTES = 1_048_576
MOST_DESCRIPTION_BYTES = 65_536  # tomllib takes minutes for a long file made for that purpose
MOST_ZIP_BYTES = 5 * MOST_FILE_BYTES
MOST_ZIP_ENTRIES = 20

LONGEST = {
    "slug": 80,
    "title": 250,
    "summary": 1000,
    "reference": 60,
    "number": 40,
    "phone": 40,
    "email": 254,
    "name": 300,
    "address": 300,
    "person": 200,
    "group": 120,
}

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONG_DOTTED_KEY = re.compile(r"""(?:[\w"'-]{1,40}[ \t]*\.[ \t]*){12}""")
_FIRST_YEAR, _LAST_YEAR = 1991, 2100


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a folder was not taken: where, and a sentence. `line` counts from 1; 0 where the whole file is meant."""

    file: str
    line: int
    reason: str | Promise
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        place = _("%(file)s, line %(line)s: %(problem)s") if self.line else _("%(file)s: %(problem)s")
        return str(place) % {"file": self.file, "line": self.line, "problem": str(self.reason) % self.facts}


class FolderRefused(Refusal):
    """A letter's folder was not taken; `problems` are all that were found."""

    reason = _("The letter was not taken, and nothing was changed. Correct this and try again:\n%(problems)s")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def __str__(self) -> str:
        return str(self.reason) % {"problems": "\n".join(map(str, self.problems))}


@dataclass(frozen=True, slots=True)
class Notice:
    """A word in which Latin look-alikes were repaired."""

    file: str
    repair: Repair

    def __str__(self) -> str:
        facts = {"file": self.file, "line": self.repair.line, "found": self.repair.found, "now": self.repair.repaired}
        return str(_NOTICE) % facts


_NOTICE = _("%(file)s, line %(line)s: “%(found)s” held Latin letters and is now “%(now)s”, all in Cyrillic.")


@dataclass(frozen=True, slots=True)
class IssuerText:
    """What stands in a letterhead in one language."""

    name: str
    address: str
    signer: str
    post: str
    executor: str


@dataclass(frozen=True, slots=True)
class IssuerData:
    """The issuer as the folder states it; `texts` by language, `line` of its table."""

    key: str
    number_scheme: str
    number: str
    phone: str
    email: str
    texts: Mapping[str, IssuerText]
    line: int


@dataclass(frozen=True, slots=True)
class HolderText:
    """The person in an office, in one language: name, form of address (dative in ru and kk), salutation."""

    name: str
    addressee: str
    salutation: str


@dataclass(frozen=True, slots=True)
class RecipientData:
    """One office that the letter goes to, in the folder's order; `group` and `holder` by language, empty when not stated."""

    role: str
    office: str
    group: Mapping[str, str]
    holder: Mapping[str, HolderText]
    line: int


@dataclass(frozen=True, slots=True)
class LetterFolder:
    """A letter as its folder states it, complete in every language and cleaned; `lines` are those of its top keys.

    Texts that the folder leaves out are empty, moments None.
    """

    slug: str
    kind: str
    reference: str
    original_language: str
    campaign: str
    opens_at: datetime | None
    closes_at: datetime | None
    published_at: datetime | None
    summary: Mapping[str, str]
    title: Mapping[str, str]
    body: Mapping[str, str]
    structures: Mapping[str, Structure]
    issuer: IssuerData
    recipients: tuple[RecipientData, ...]
    notices: tuple[Notice, ...]
    lines: Mapping[str, int]


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


def read_zip(packed: bytes) -> LetterFolder:
    """Read a letter from a ZIP that holds the four files, at its top or in one folder.

    :raises FolderRefused: with everything that is wrong, or with what makes the ZIP unfit.
    """
    if len(packed) > MOST_ZIP_BYTES:
        raise _unfit_zip(_("The ZIP is larger than %(limit)s MiB."), limit=MOST_ZIP_BYTES // MOST_FILE_BYTES)
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            entries = _zip_entries(archive)
            return read_files({name: _unpacked(archive, entry) for name, entry in entries.items()})
    except _ZIP_ERRORS:
        raise _unfit_zip(_("The file is not a ZIP, or it is damaged.")) from None


# What zipfile was seen to raise, or says that it raises, on damaged and encrypted files
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    UnicodeError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)


def _unfit_zip(reason: str | Promise, **facts: object) -> FolderRefused:
    return FolderRefused([Problem("ZIP", 0, reason, facts)])


def _zip_entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries that make up a letter, by their names without the folder."""
    entries = [entry for entry in archive.infolist() if not _is_made_by_a_mac(entry.filename)]
    if len(entries) > MOST_ZIP_ENTRIES:
        raise _unfit_zip(_("The ZIP holds more than %(limit)s files."), limit=MOST_ZIP_ENTRIES)
    found: dict[str, zipfile.ZipInfo] = {}
    folders = set()
    for entry in entries:
        if entry.is_dir():
            continue
        _refuse_entry(entry)
        folder, _slash, name = entry.filename.replace("\\", "/").rpartition("/")
        if name in found:
            raise _unfit_zip(_("The ZIP holds two files named %(name)s."), name=name)
        if name in FILES:
            found[name] = entry
            folders.add(folder)
    if len(folders) > 1:
        raise _unfit_zip(_("The files of the letter stand in different folders of the ZIP."))
    return found


def _is_made_by_a_mac(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.endswith(".DS_Store")


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    parts = entry.filename.replace("\\", "/").split("/")
    name = entry.filename[:100]
    if len(parts) > 2 or parts[0] == "" or ".." in parts or ":" in parts[0]:
        raise _unfit_zip(_("The ZIP holds “%(name)s”. It may hold files, or one folder with files."), name=name)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _unfit_zip(_("“%(name)s” in the ZIP is a link to another file."), name=name)
    if entry.flag_bits & 0x1:
        raise _unfit_zip(_("The ZIP is locked with a password."))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _unfit_zip(_("“%(name)s” in the ZIP is packed in an unusual way."), name=name)
    if entry.file_size > MOST_FILE_BYTES:
        raise FolderRefused([Problem(parts[-1], 0, _TOO_LARGE, {"limit": _mebibytes(MOST_FILE_BYTES)})])


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, at most one more than a file may have, whatever its header says."""
    with archive.open(entry) as file:
        return file.read(MOST_FILE_BYTES + 1)


_TOO_LARGE = _("The file is larger than %(limit)s.")
_NO_TITLE = _("The text begins with no title. Its first line is the title, marked with “# ”.")
_NO_BODY = _("Below its title the text is empty.")


def _mebibytes(size: int) -> str:
    return f"{size // 1_048_576} MiB" if size >= 1_048_576 else f"{size // 1024} KiB"


def read_files(files: Mapping[str, bytes]) -> LetterFolder:
    """Read a letter from its four files, by name; other names are left alone.

    :raises FolderRefused: with everything that is wrong.
    """
    reader = _Reader()
    sources = {name: reader.decode(name, files.get(name)) for name in FILES}
    structures = {}
    for language in LANGUAGES:
        source = sources[f"{language}.md"]
        if source is not None and (read := reader.read_text(f"{language}.md", source)):
            structures[language] = read
    source = sources[DESCRIPTION]
    letter = reader.read_description(source, structures) if source is not None else None
    if reader.problems or letter is None:
        raise FolderRefused(sorted(reader.problems, key=_place))
    return letter


def _place(problem: Problem) -> tuple[int, int]:
    """The order in which a person mends: file by file, from the top."""
    return FILES.index(problem.file), problem.line


class _Reader:
    """Collects problems and notices while the files are read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notices: list[Notice] = []

    def refuse(self, file: str, line: int, reason: str | Promise, /, **facts: object) -> None:
        self.problems.append(Problem(file, line, reason, facts))

    def decode(self, name: str, packed: bytes | None) -> str | None:
        """The file's text; None when it is missing, too large or not UTF-8."""
        limit = MOST_DESCRIPTION_BYTES if name == DESCRIPTION else MOST_FILE_BYTES
        if packed is None:
            self.refuse(name, 0, _("The file is missing. A letter has the files %(files)s."), files=", ".join(FILES))
            return None
        if len(packed) > limit:
            self.refuse(name, 0, _TOO_LARGE, limit=_mebibytes(limit))
            return None
        try:
            return packed.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = packed.count(b"\n", 0, error.start) + 1
            self.refuse(name, line, _("The text is not UTF-8. Save it in this encoding."))
            return None

    def read_text(self, name: str, source: str) -> Structure | None:
        """One text with its title, cleaned and repaired; None when it was refused."""
        try:
            text, repairs = repair_look_alikes(clean_text(source))
            skipped = _lines_before(source)
            read = structure(text)
        except TextRefused as refusal:
            self.refuse(name, refusal.line, refusal.reason, **refusal.facts)
            return None
        except MarkdownRefused as refusal:
            line = refusal.line + skipped
            self.refuse(name, line, refusal.reason, **{**refusal.facts, "line": line})
            return None
        self.notices += [Notice(name, Repair(r.found, r.repaired, r.line + skipped)) for r in repairs]
        if read.title is None or len(read.title) > LONGEST["title"]:
            self.refuse(name, skipped + 1, _TITLE_TOO_LONG if read.title else _NO_TITLE, limit=LONGEST["title"])
        if not read.body.strip():
            self.refuse(name, read.last_line, _NO_BODY)
        return read

    def read_description(self, source: str, structures: Mapping[str, Structure]) -> LetterFolder | None:
        """The whole letter; None when TOML itself is broken. With problems noted, its parts may be empty."""
        data = self._toml(source)
        if data is None:
            return None
        lines = _lines_of(source)
        top = _Table(self, data, (), lines, source, required=_REQUIRED, optional=_OPTIONAL)
        original = top.choice("original_language", LANGUAGES)
        self._refuse_differences(structures, original)
        opens_at, closes_at = top.moment("opens_at"), top.moment("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            top.refuse("closes_at", _("The letter would close before it opens."))
        return LetterFolder(
            slug=top.slug("slug"),
            kind=top.choice("kind", LetterKind.values) or LetterKind.OPEN_LETTER.value,
            reference=top.text("reference", LONGEST["reference"]),
            original_language=original,
            campaign=top.slug("campaign"),
            opens_at=opens_at,
            closes_at=closes_at,
            published_at=top.moment("published_at"),
            summary=top.texts("summary", LONGEST["summary"]),
            title={language: read.title or "" for language, read in structures.items()},
            body={language: read.body for language, read in structures.items()},
            structures=structures,
            issuer=_issuer(top),
            recipients=_recipients(top),
            notices=tuple(self.notices),
            lines={key: top.line(key) for key in (*_REQUIRED, *_OPTIONAL)},
        )

    def _toml(self, source: str) -> dict[str, Any] | None:
        if key := _LONG_DOTTED_KEY.search(source):
            line = source.count("\n", 0, key.start()) + 1
            self.refuse(DESCRIPTION, line, _("A name here has more than ten parts."))
            return None
        try:
            return tomllib.loads(source)
        except RecursionError:
            self.refuse(DESCRIPTION, 1, _("Lists or tables stand within each other too deep."))
        except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
            self.refuse(DESCRIPTION, _toml_line(error, source), _("This is not TOML (%(why)s)."), why=str(error))
        return None

    def _refuse_differences(self, structures: Mapping[str, Structure], original: str) -> None:
        if not structures:
            return
        norm = original if original in structures else next(iter(structures))
        for refusal in differences(structures, original=norm):
            self.refuse(str(refusal.facts["file"]), int(str(refusal.facts["line"])), refusal.reason, **refusal.facts)


_TITLE_TOO_LONG = _("The title has more than %(limit)s characters. Shorten it.")
_REQUIRED = ("slug", "original_language", "summary", "issuer", "recipient")
_OPTIONAL = ("kind", "campaign", "reference", "opens_at", "closes_at", "published_at")


def _lines_before(source: str) -> int:
    """How many empty lines stand before the text, and are gone when it is cleaned."""
    lines = source.replace("\r\n", "\n").split("\n")
    return next((number for number, line in enumerate(lines) if line.strip()), 0)


def _toml_line(error: ValueError, source: str) -> int:
    place = re.search(r"at line (\d+)", str(error))
    return int(place[1]) if place else source.count("\n") + 1


_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"""\s*["']?([\w.-]+)["']?\s*=""")
_Place = tuple[str | int, ...]


def _lines_of(source: str) -> dict[_Place, int]:
    """Where tables and keys of a TOML text stand, which tomllib does not tell.

    Arrays of tables are counted from 0: `("recipient", 1, "holder", "kk")`. Keys of inline tables are not found.
    """
    lines: dict[_Place, int] = {}
    arrays: dict[str, int] = {}
    table: _Place = ()
    for number, line in enumerate(source.split("\n"), 1):
        if header := _HEADER.match(line):
            first, *rest = header[2].split(".")
            if header[1] == "[[" and not rest:
                arrays[first] = arrays.get(first, -1) + 1
            table = (first, arrays[first], *rest) if first in arrays else (first, *rest)
            lines.setdefault(table, number)
            lines.setdefault((first,), number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *key[1].split(".")), number)
    return lines


class _Table:
    """One table of the description. Says what is unknown, missing or of a wrong type; such values read as empty."""

    def __init__(
        self,
        reader: _Reader,
        data: object,
        place: _Place,
        lines: Mapping[_Place, int],
        source: str,
        *,
        required: Iterable[str],
        optional: Iterable[str] = (),
    ) -> None:
        self.reader, self.place, self.lines, self.source = reader, place, lines, source
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self._refuse_here(_("“%(key)s” is not a table."), key=self.name())
            return
        for key in required:
            if key not in self.data:
                self._refuse_here(_("“%(key)s” is missing."), key=self.name(key))
        for key in self.data.keys() - {*required, *optional}:
            self.refuse(key, _("“%(key)s” is not known here."))

    def name(self, key: str = "") -> str:
        """The dotted name of a key, as a person would write it."""
        return ".".join(str(part) for part in (*self.place, key) if isinstance(part, str) and part)

    def line(self, key: str = "") -> int:
        """The line of a key, or of the nearest table around it."""
        place: _Place = (*self.place, key) if key else self.place
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def refuse(self, key: str, reason: str | Promise, *, line: int = 0, **facts: object) -> None:
        self.reader.refuse(DESCRIPTION, line or self.line(key), reason, key=self.name(key), **facts)

    def _refuse_here(self, reason: str | Promise, **facts: object) -> None:
        self.reader.refuse(DESCRIPTION, self.line(), reason, **facts)

    def table(self, key: str, required: Iterable[str], optional: Iterable[str] = ()) -> "_Table":
        """A table within this one; a missing one reads as empty, and is said once."""
        place = (*self.place, key)
        if key not in self.data:
            return _Table(self.reader, {}, place, self.lines, self.source, required=())
        return _Table(self.reader, self.data[key], place, self.lines, self.source, required=required, optional=optional)

    def tables(self, key: str, required: Iterable[str], optional: Iterable[str] = ()) -> "list[_Table]":
        """An array of tables."""
        rows = self.data.get(key, [])
        if not isinstance(rows, list) or (key in self.data and not rows):
            self.refuse(key, _("“%(key)s” is no list of tables."))
            return []
        return [
            _Table(
                self.reader,
                row,
                (*self.place, key, index),
                self.lines,
                self.source,
                required=required,
                optional=optional,
            )
            for index, row in enumerate(rows)
        ]

    def text(self, key: str, limit: int) -> str:
        """A text of one line, cleaned and repaired; empty when absent."""
        return self.clean(key, self.data[key], limit) if key in self.data else ""

    def clean(self, key: str, value: object, limit: int, *, line: int = 0) -> str:
        """A value as a text of one line; empty when it was refused."""
        if not isinstance(value, str):
            self.refuse(key, _("“%(key)s” is not a text in quotation marks."), line=line)
            return ""
        try:
            text, repairs = repair_look_alikes(clean_line(value, limit))
        except Refusal as refusal:
            self.refuse(key, refusal.reason, line=line, **{k: v for k, v in refusal.facts.items() if k != "line"})
            return ""
        line = line or self.line(key)
        self.reader.notices += [Notice(DESCRIPTION, Repair(r.found, r.repaired, line)) for r in repairs]
        if not text:
            self.refuse(key, _("“%(key)s” is empty."), line=line)
        return text

    def texts(self, key: str, limit: int) -> dict[str, str]:
        """A text in every language; empty when absent."""
        if key not in self.data:
            return {}
        table = self.table(key, LANGUAGES)
        return {language: table.text(language, limit) for language in LANGUAGES}

    def slug(self, key: str) -> str:
        slug = self.text(key, LONGEST["slug"])
        if slug and not _SLUG.fullmatch(slug):
            self.refuse(key, _SLUG_REFUSED)
        return slug

    def choice(self, key: str, choices: Iterable[str]) -> str:
        """One of the choices; empty when absent or refused."""
        value = self.text(key, LONGEST["slug"])
        allowed = list(choices)
        if not value or value in allowed:
            return value
        self.refuse(key, _("“%(key)s” is “%(value)s”; it can be %(choices)s."), value=value, choices=", ".join(allowed))
        return ""

    def email(self, key: str) -> str:
        address = self.text(key, LONGEST["email"])
        try:
            _validate_email(address or "nobody@example.org")
        except ValidationError:
            self.refuse(key, _("“%(key)s” is not an e-mail address."))
        return address

    def moment(self, key: str) -> datetime | None:
        """A moment with its offset from UTC; None when absent or refused."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, datetime):
            self.refuse(key, _("“%(key)s” is not a day and time such as 2022-11-04T09:00:00+06:00."))
        elif value.tzinfo is None:
            self.refuse(key, _("“%(key)s” does not say its offset from UTC. Add it, such as +05:00."))
        elif not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            self.refuse(key, _("The year of “%(key)s” is not possible."))
        else:
            return value
        return None


_SLUG_REFUSED = _("“%(key)s” holds something other than small Latin letters, digits and single hyphens between them.")


def _validate_email(address: str) -> None:
    """Django's check, without the local names and bare IP addresses that it lets through."""
    EmailValidator(allowlist=[])(address)
    if "[" in address or not address.isascii():
        raise ValidationError("domain")


def _issuer(top: _Table) -> IssuerData:
    table = top.table("issuer", ("key", "number", "phone", "email", *LANGUAGES))
    number = table.table("number", ("scheme", "id"))
    return IssuerData(
        key=table.slug("key"),
        number_scheme=number.choice("scheme", RegistrationScheme.values),
        number=number.text("id", LONGEST["number"]),
        phone=table.text("phone", LONGEST["phone"]),
        email=table.email("email"),
        texts={language: _issuer_text(table, language) for language in LANGUAGES},
        line=table.line(),
    )


def _issuer_text(issuer: _Table, language: str) -> IssuerText:
    table = issuer.table(language, ("name", "address", "signer", "post", "executor"))
    return IssuerText(
        name=table.text("name", LONGEST["name"]),
        address=table.text("address", LONGEST["address"]),
        signer=table.text("signer", LONGEST["person"]),
        post=table.text("post", LONGEST["person"]),
        executor=table.text("executor", LONGEST["person"]),
    )


def _recipients(top: _Table) -> tuple[RecipientData, ...]:
    recipients: list[RecipientData] = []
    for table in top.tables("recipient", ("role",), ("group", "office", "offices", "holder")):
        recipients += _recipients_of(table)
    seen: set[str] = set()
    for recipient in recipients:
        if recipient.office and recipient.office in seen:
            reason = _("The office “%(office)s” is named twice.")
            top.reader.refuse(DESCRIPTION, recipient.line, reason, office=recipient.office)
        seen.add(recipient.office)
    return tuple(recipients)


def _recipients_of(table: _Table) -> list[RecipientData]:
    """The recipients of one table: one office, or several in the same rank and group."""
    role = table.choice("role", RecipientRole.values)
    group = table.texts("group", LONGEST["group"])
    holder = _holder(table)
    offices = _offices(table)
    if holder and len(offices) > 1:
        table.refuse("holder", _("One holder cannot hold several offices. Give that office a recipient of its own."))
    return [RecipientData(role, office, group, holder, line) for office, line in offices]


def _offices(table: _Table) -> list[tuple[str, int]]:
    """Keys of offices with their lines."""
    if ("office" in table.data) == ("offices" in table.data):
        table.refuse("", _("A recipient names either one “office” or a list of “offices”."))
        return []
    if "office" in table.data:
        return [(table.slug("office"), table.line("office"))]
    values = table.data["offices"]
    if not isinstance(values, list) or not values:
        table.refuse("offices", _("“%(key)s” is no list of offices."))
        return []
    lines = [_line_of_value(table, value) for value in values]
    keys = [
        table.clean("offices", value, LONGEST["slug"], line=line) for value, line in zip(values, lines, strict=True)
    ]
    for key, line in zip(keys, lines, strict=True):
        if key and not _SLUG.fullmatch(key):
            table.refuse("offices", _SLUG_REFUSED, line=line)
    return list(zip(keys, lines, strict=True))


def _line_of_value(table: _Table, value: object) -> int:
    """The line where a value of a list stands, which may go over several lines."""
    first = table.line("offices")
    quoted = (f'"{value}"', f"'{value}'")
    for number, line in enumerate(table.source.split("\n")[first - 1 :], first):
        if any(text in line for text in quoted):
            return number
    return first


def _holder(table: _Table) -> dict[str, HolderText]:
    if "holder" not in table.data:
        return {}
    holder = table.table("holder", LANGUAGES)
    return {language: _holder_text(holder, language) for language in LANGUAGES}


def _holder_text(holder: _Table, language: str) -> HolderText:
    table = holder.table(language, ("name", "addressee", "salutation"))
    limit = LONGEST["person"]
    return HolderText(table.text("name", limit), table.text("addressee", limit), table.text("salutation", limit))
