"""Signed notes and checkpoints as C2SP writes them down (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), with Ed25519.

A note is a text that ends in a line feed, an empty line, and one line for each signature: `— <key name> <base64 of 4-byte key id ‖ signature>`.
A witness's signature (c2sp.org/tlog-cosignature) is its time, in seconds since 1970 as 8 bytes with the high one first, and the signature
over time and text.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
COSIGNATURE = b"\x04"
KEY_ID_BYTES = 4
TIME_BYTES = 8
LAST_SECOND = 253402300800  # the year 10000
ROOT_BYTES = 32
_SIGNATURE = re.compile(r"— (\S+) (\S+)")


class NoteBroken(ValueError):
    """A text is no signed note, no checkpoint or no key of one."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key that signs notes under a name: ED25519 that of a register, COSIGNATURE that of a witness."""

    name: str
    public: bytes
    kind: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ line feed ‖ kind ‖ public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """The verifier key in one line: `<name>+<key id in hexadecimal>+<base64 of kind ‖ public key>`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.kind + self.public).decode()}"

    @classmethod
    def parse(cls, text: str, kind: bytes = ED25519) -> "NoteKey":
        """Read a verifier key of this kind.

        :raises NoteBroken: it is none, or its parts contradict each other.
        """
        name, _, rest = text.strip().partition("+")
        key_id, _, coded = rest.partition("+")
        public = _decoded(coded)
        if not name or re.search(r"[\s+]", name) or public[:1] != kind or len(public) != 33:
            raise NoteBroken(text)
        key = cls(name, public[1:], kind)
        if key.key_id.hex() != key_id:
            raise NoteBroken(text)
        return key

    def signed(self, text: str, signatures: Iterable[tuple[str, bytes]]) -> bool:
        """Whether one of the signatures is this key's, and right."""
        return any(self.made(signature, text.encode()) for signature in self._own(signatures))

    def cosigned(self, text: str, signatures: Iterable[tuple[str, bytes]]) -> "Cosignature | None":
        """What this witness signed; None when no signature is its, or right."""
        for signature in self._own(signatures):
            seconds, made = int.from_bytes(signature[:TIME_BYTES], "big"), signature[TIME_BYTES:]
            if seconds < LAST_SECOND and self.made(made, cosigned_bytes(text, seconds)):
                return Cosignature(datetime.fromtimestamp(seconds, UTC), signature_line(self, signature))
        return None

    def _own(self, signatures: Iterable[tuple[str, bytes]]) -> list[bytes]:
        """The signatures that say that they are this key's."""
        return [
            signature[KEY_ID_BYTES:]
            for name, signature in signatures
            if name == self.name and signature[:KEY_ID_BYTES] == self.key_id
        ]

    def made(self, signature: bytes, content: bytes) -> bool:
        """Whether this key made the bare signature over the content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, content)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's signature: its time, by the witness's own clock, and its line in the note."""

    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, how many entries it has, and the root hash over them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint; lines after the third are extensions and say nothing here.

        :raises NoteBroken: it is none.
        """
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not re.fullmatch(r"0|[1-9][0-9]{0,17}", lines[1]):
            raise NoteBroken(text[:200])
        root = _decoded(lines[2])
        if len(root) != ROOT_BYTES:
            raise NoteBroken(text[:200])
        return cls(lines[0], int(lines[1]), root)


def cosigned_bytes(text: str, seconds: int) -> bytes:
    """What a witness signs: a heading, the time, and the text of the checkpoint."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def signature_line(key: NoteKey, signature: bytes) -> str:
    """A signature as a line of a note, with its line feed."""
    return f"— {key.name} {base64.b64encode(key.key_id + signature).decode()}\n"


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """The note: the text, which ends in a line feed, and this key's signature. Ed25519 gives the same note each time."""
    signer = NoteKey(name, key.public_key().public_bytes_raw())
    return f"{text}\n{signature_line(signer, key.sign(text.encode()))}"


def split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and its signatures as (key name, key id ‖ signature).

    :raises NoteBroken: it has another form.
    """
    text, gap, lines = note.rpartition("\n\n")
    found = [_SIGNATURE.fullmatch(line) for line in lines.removesuffix("\n").split("\n")]
    if not gap or not lines.endswith("\n"):
        raise NoteBroken(note[:200])
    signatures = [(match[1], _decoded(match[2])) for match in found if match is not None]
    if len(signatures) != len(found) or any(len(signature) <= KEY_ID_BYTES for _, signature in signatures):
        raise NoteBroken(note[:200])
    return f"{text}\n", signatures


def read_checkpoint(note: str, keys: Iterable[NoteKey]) -> Checkpoint | None:
    """The checkpoint in a note; None when none of the keys signed it.

    :raises NoteBroken: the note has another form.
    """
    text, signatures = split(note)
    checkpoint = Checkpoint.parse(text)
    return checkpoint if any(key.signed(text, signatures) for key in keys) else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise NoteBroken(text[:200]) from wrong
