"""What a running site needs before something can go wrong: a coordinator and an open, published letter."""

from pathlib import Path

from tests.site import Site, letter_folder

COORDINATOR = "aigul@example.org"
PASSWORD = "a long enough password"

OPEN = """
from pathlib import Path
from django.utils import timezone
from letters.folder import read_directory
from letters.services import letter as letters
from letters.services.coordinator import make_coordinator
from letters.services.importing import import_letter
from letters.services.office import seed_offices
now = timezone.now()
seed_offices()
person, _ = make_coordinator({person!r}, issuer=None, language="en", password={password!r}, administrator=False)
letter = import_letter(read_directory(Path({folder!r})), by=person, at=now).letter
letters.open_letter(letter, by=person, at=now)
letters.publish_letter(letter, by=person, at=now)
"""
CLOSE = """
letters.close_letter(letter, by=person, at=now)
"""


def open_letter(site: Site, slug: str, folder: Path, *, closed: bool = False) -> None:
    """Make the coordinator and a published letter with four recipients, open or closed at once."""
    code = OPEN.format(person=COORDINATOR, password=PASSWORD, folder=str(letter_folder(folder, slug)))
    site.do(code + CLOSE if closed else code)
