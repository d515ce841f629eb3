"""Reading a letter that comes as a folder, or as a ZIP of that folder: `letter.toml`, `kk.md`, `ru.md`, `en.md`.

Nothing here knows a table. Every problem is collected, with its file and line, so that a folder is mended in one go.

The rooms; each imports only from those named before it:

- `errors`: problems, and repairs of which a person is told.
- `contents`: the files, their limits, and what is read from them.
- `toml`: the values of the description and their lines.
- `table`: one table of it, value by value.
- `description`: the letter, its issuer and its recipients.
- `reading`: `read_directory` and `read_files`, which hold all files together.
- `archive`: `read_zip`.
"""

from letters.folder.archive import read_zip
from letters.folder.contents import (
    DESCRIPTION,
    FILES,
    LONGEST,
    MOST_DESCRIPTION_BYTES,
    MOST_FILE_BYTES,
    MOST_ZIP_BYTES,
    MOST_ZIP_ENTRIES,
    HolderText,
    IssuerData,
    IssuerText,
    LetterFolder,
    RecipientData,
)
from letters.folder.errors import FolderRefused, Notice, Problem
from letters.folder.reading import read_directory, read_files

__all__ = [
    "DESCRIPTION",
    "FILES",
    "LONGEST",
    "MOST_DESCRIPTION_BYTES",
    "MOST_FILE_BYTES",
    "MOST_ZIP_BYTES",
    "MOST_ZIP_ENTRIES",
    "FolderRefused",
    "HolderText",
    "IssuerData",
    "IssuerText",
    "LetterFolder",
    "Notice",
    "Problem",
    "RecipientData",
    "read_directory",
    "read_files",
    "read_zip",
]
