"""What the operator trusts: certificates of authorities and lists of revoked ones, in folders of the installation."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from signatories.eds.certificates import Certificate, read_certificate
from signatories.eds.errors import EdsRefused
from signatories.eds.revocation import RevocationList, read_list

Read = TypeVar("Read")

_ARMOUR = re.compile(
    rb"-----BEGIN (?:CERTIFICATE|X509 CRL)-----([A-Za-z0-9+/=\s]+?)-----END (?:CERTIFICATE|X509 CRL)-----"
)


_remembered: dict[tuple[Path, str], tuple[tuple[int, int], Any]] = {}


class FileUnreadable(ImproperlyConfigured):
    """A file that the operator has installed holds nothing that can be used. No reader can mend it, so it is no refusal."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What an electronic signature is checked against."""

    authorities: tuple[Certificate, ...] = ()
    revocation_lists: tuple[RevocationList, ...] = ()


def installed() -> Trust:
    """What stands in the folders of the settings EDS_CA_DIR and EDS_CRL_DIR; read anew whenever a file there changes.

    :raises FileUnreadable: a file there holds something else.
    """
    return Trust(
        authorities=load(settings.EDS_CA_DIR, read_certificate, setting="EDS_CA_DIR"),
        revocation_lists=load(settings.EDS_CRL_DIR, read_list, setting="EDS_CRL_DIR"),
    )


def load(folder: str, read: Callable[[bytes], Read], *, setting: str) -> tuple[Read, ...]:
    """What the files of a folder hold, PEM (several in one file) or DER; hidden files are left aside.

    :param folder: empty for none; one that is not there holds nothing.
    :raises FileUnreadable: a file holds something else.
    """
    if not folder:
        return ()
    found: list[Read] = []
    for file in sorted(one for one in Path(folder).glob("[!.]*") if one.is_file()):
        found += _contents(file, read, setting)
    return tuple(dict.fromkeys(found))


def _contents(file: Path, read: Callable[[bytes], Read], setting: str) -> tuple[Read, ...]:
    """What the file holds, remembered for as long as it keeps its time and size."""
    stat = file.stat()
    stamp = (stat.st_mtime_ns, stat.st_size)
    if (file, setting) not in _remembered or _remembered[file, setting][0] != stamp:
        _remembered[file, setting] = (stamp, _read_file(file, read, setting))
    contents: tuple[Read, ...] = _remembered[file, setting][1]
    return contents


def _read_file(file: Path, read: Callable[[bytes], Read], setting: str) -> tuple[Read, ...]:
    content = file.read_bytes()
    blocks = [base64.b64decode(block) for block in _ARMOUR.findall(content)]
    try:
        return tuple(read(block) for block in blocks or [content])
    except (EdsRefused, ValueError) as broken:
        raise FileUnreadable(
            f"The file {file.name} in {setting} holds neither PEM nor DER of what belongs there."
        ) from broken
