"""A letter's folder that comes as a ZIP: nothing is unpacked before its entries have been judged."""

import lzma
import stat
import struct
import zipfile
import zlib
from io import BytesIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from letters.folder.contents import FILES, MOST_FILE_BYTES, MOST_ZIP_BYTES, MOST_ZIP_ENTRIES, LetterFolder
from letters.folder.errors import FolderRefused, Problem
from letters.folder.reading import TOO_LARGE, mebibytes, read_files

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
        raise FolderRefused([Problem(parts[-1], 0, TOO_LARGE, {"limit": mebibytes(MOST_FILE_BYTES)})])


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, at most one more than a file may have, whatever its header says."""
    with archive.open(entry) as file:
        return file.read(MOST_FILE_BYTES + 1)
