"""`python -m signatories.pdf_look`: a PDF comes in, one word about it goes out. For one document, then the process ends.

Files from outside are opened only here, with little memory and time, so that one that was made to burst bursts alone.
"""

import io
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf

MEMORY = 600_000_000  # bytes of address space
SECONDS = 10  # of processor time

FINE, LOCKED, ACTIVE, BROKEN = "fine", "locked", "active", "broken"

ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/XFA", "/RichMediaContent"})
ACTIVE_NAMES = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMedia",
        "/RichMediaExecute",
        "/FileAttachment",
        "/EmbeddedFile",
        "/3D",
        "/Screen",
    }
)


def look_at(content: bytes) -> str:
    """What the document is: fine, locked by a password, active (it runs or carries something), or broken."""
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                return LOCKED
            if any(_is_active(one) for thing in pdf.objects for one in _dictionaries(thing)):
                return ACTIVE
            return FINE if len(pdf.pages) else BROKEN
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PikepdfError, RuntimeError, ValueError, TypeError, MemoryError):
        return BROKEN


def _dictionaries(thing: Any) -> Iterator[Any]:
    """The dictionaries in one object, those inside it too; objects that it only points to are looked at by themselves."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting.extend(part for part in one if _has_parts(part))
        elif isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
            yield one
            waiting.extend(part for _, part in one.items() if _has_parts(part))


def _has_parts(part: Any) -> bool:
    return isinstance(part, (pikepdf.Array, pikepdf.Dictionary, pikepdf.Stream)) and not part.is_indirect


def _is_active(dictionary: Any) -> bool:
    if ACTIVE_KEYS & set(dictionary.keys()):
        return True
    return any(str(dictionary.get(key, "")) in ACTIVE_NAMES for key in ("/S", "/Subtype", "/Type"))


def main() -> None:
    """Say what standard input is; any trouble ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(look_at(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
