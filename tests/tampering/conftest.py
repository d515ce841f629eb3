"""The verifier that needs nothing of this program, and letters to tamper with."""

import sys
from typing import Any

import pytest
from django.conf import settings

from tests.letters.printing.conftest import make_payload  # noqa: F401  (a fixture)
from tests.letters.printing.test_long_term import authority  # noqa: F401  (a fixture)
from tests.letters.test_archive_copies import stamped  # noqa: F401  (a fixture)

SCRIPT = settings.BASE_DIR / "docs" / "verify" / "verify_letter.py"


@pytest.fixture(scope="session")
def verifier() -> Any:
    """The verifier as a module."""
    sys.path.insert(0, str(SCRIPT.parent))
    import verify_letter  # type: ignore[import-not-found]

    return verify_letter
