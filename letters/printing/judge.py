"""What became of a file from outside, in one word, judged in a process of its own with little memory and time.

`python -m letters.printing.judge` reads a PDF from standard input and writes the judgement as JSON.
"""

import hashlib
import io
import json
import logging
import re
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import pikepdf
from asn1crypto import cms
from asn1crypto.parser import peek
from cryptography.hazmat.primitives.serialization import Encoding

from campaign.base.canonical import LETTER_DOMAIN, stamped
from letters.printing.alone import last_words, run_alone, set_up_without_tables
from letters.printing.keys import identity

logger = logging.getLogger(__name__)

SECONDS = 20  # of processor time
BY_THE_CLOCK = 30  # seconds; deploy/nginx.conf waits longer than that for an answer
MOST_ENCLOSED = 20_000_000  # bytes of one enclosed file


class Outcome(StrEnum):
    """What became of a file."""

    INTACT = "intact"  # the seal is ours and covers the whole file, or nothing came behind it but what it permits
    ALTERED = "altered"
    ADDED_TO = "added_to"
    SAVED_AGAIN = "saved_again"
    TRUNCATED = "truncated"
    FOREIGN = "foreign"
    UNSIGNED = "unsigned"
    NOT_A_PDF = "not_a_pdf"
    NOT_JUDGED = "not_judged"  # it took too much time or memory: nothing is known of it


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature behind the seal: by whom, certified by whom, when by the signer's clock."""

    signer: str
    authority: str
    signed_at: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome; who signed and when by the signer's clock and by a time stamp; the fingerprint of the text enclosed, or “”; who signed
    further, in order.
    """

    outcome: Outcome
    signer: str = ""
    signed_at: str = ""
    timestamped_at: str = ""
    timestamp_authority: str = ""
    fingerprint: str = ""
    further: tuple[Signed, ...] = ()


def judge(pdf: bytes) -> Judgement:
    """Judge a file in another process; of one that takes too much nothing is said, and that is logged."""
    try:
        done = run_alone("letters.printing.judge", content=pdf, seconds=BY_THE_CLOCK)
    except subprocess.TimeoutExpired:
        logger.warning("A file was not judged in %d seconds", BY_THE_CLOCK)
        return Judgement(Outcome.NOT_JUDGED)
    if done.returncode:
        logger.error("Judging a file failed with exit code %d: %s", done.returncode, last_words(done))
        return Judgement(Outcome.NOT_JUDGED)
    facts: dict[str, Any] = json.loads(done.stdout)
    further = tuple(Signed(**one) for one in facts["further"])
    return Judgement(**facts | {"outcome": Outcome(facts["outcome"]), "further": further})


def judge_here(pdf: bytes) -> Judgement:
    """The same in this process."""
    from letters.printing.verify import NotAPdf, NotSigned, verify  # loads pyHanko, which the web does without

    ends = pdf.rstrip().endswith(b"%%EOF")
    try:
        verdict = verify(pdf)
    except NotAPdf:
        return Judgement(
            Outcome.TRUNCATED if pdf[:1024].lstrip().startswith(b"%PDF-") and not ends else Outcome.NOT_A_PDF
        )
    except NotSigned:
        fingerprint = _enclosed_fingerprint(pdf)
        return Judgement(Outcome.SAVED_AGAIN if fingerprint else Outcome.UNSIGNED, fingerprint=fingerprint)
    return Judgement(
        _outcome_of(verdict, pdf),
        signer=verdict.signer,
        signed_at=_written(verdict.signed_at),
        timestamped_at=_written(verdict.timestamped_at),
        timestamp_authority=verdict.timestamp_authority,
        fingerprint=_enclosed_fingerprint(pdf),
        further=tuple(Signed(one.signer, one.authority, _written(one.signed_at)) for one in verdict.further),
    )


def _outcome_of(verdict: Any, pdf: bytes) -> Outcome:
    start, first, second, rest = verdict.byte_range
    if not verdict.intact:
        if (start, pdf[first : first + 1], pdf[second - 1 : second]) != (0, b"<", b">"):
            return Outcome.SAVED_AGAIN  # the signature stands elsewhere than where it was put
        return Outcome.TRUNCATED if second + rest > len(pdf) else Outcome.ALTERED
    if not verdict.trusted:
        return Outcome.FOREIGN
    if not _is_as_it_was_put(pdf[first + 1 : second - 1]):
        return Outcome.ALTERED
    return Outcome.INTACT if verdict.whole_file else Outcome.ADDED_TO


def _is_as_it_was_put(seal: bytes) -> bool:
    """Whether the seal stands as it is put here, to the bit, also where it does not cover itself: capital hexadecimal digits, zeros behind
    it, and in its CMS (RFC 5652) the one form that is written.
    """
    if not re.fullmatch(rb"(?:[0-9A-F]{2})+", seal):
        return False
    content = bytes.fromhex(seal.decode())
    length = peek(content)
    return not content[length:].strip(b"\0") and _is_as_it_is_written(content[:length])


def _is_as_it_is_written(content: bytes) -> bool:
    known = {one.public_bytes(Encoding.DER) for one in (identity().certificate, *identity().chain)}
    try:
        outer = cms.ContentInfo.load(content)
        signed = outer["content"]
        info = signed["signer_infos"][0]
        certificates = [one.chosen for one in signed["certificates"]]
        signer = next(one for one in certificates if info["sid"].chosen.dump() == _number_of(one))
        algorithm = "sha256_rsa" if signer.public_key.algorithm == "rsa" else "sha256_ecdsa"
        digest = cms.DigestAlgorithm({"algorithm": "sha256"}).dump()
        return (
            all(one.dump() in known for one in certificates)
            and outer.dump(force=True) == content
            and (outer["content_type"].native, signed["version"].native, info["version"].native)
            == ("signed_data", "v1", "v1")
            and signed["encap_content_info"].dump() == cms.ContentInfo({"content_type": "data"}).dump()
            and [one.dump() for one in signed["digest_algorithms"]] == [digest]
            and info["digest_algorithm"].dump() == digest
            and info["signature_algorithm"].dump() == cms.SignedDigestAlgorithm({"algorithm": algorithm}).dump()
        )
    except (ValueError, TypeError, LookupError, AttributeError, StopIteration):
        return False


def _number_of(certificate: Any) -> bytes:
    """By whom and under which number it was issued, as a signature names its certificate."""
    number = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    content: bytes = cms.IssuerAndSerialNumber(number).dump()
    return content


def _written(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def _enclosed_fingerprint(pdf: bytes) -> str:
    """The fingerprint of the canonical text that the file encloses; empty when there is none."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if "letter.json" not in document.attachments:
                return ""
            content = document.attachments["letter.json"].get_file().read_bytes()
    except (pikepdf.PdfError, ValueError, TypeError, KeyError):
        return ""
    return "" if len(content) > MOST_ENCLOSED else hashlib.sha256(stamped(LETTER_DOMAIN, content)).hexdigest()


def main() -> None:
    """Judge what standard input says; any trouble ends the process with a traceback."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    set_up_without_tables()
    from letters.printing.limits import limit_resources

    limit_resources()
    sys.stdout.write(json.dumps(asdict(judge_here(sys.stdin.buffer.read()))))


if __name__ == "__main__":
    main()
