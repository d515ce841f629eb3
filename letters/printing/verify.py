"""Is this file what was sealed here? Judged by pyHanko against the configured certificate, without any network."""

import io
import logging
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from campaign.base.errors import Refusal
from letters.printing.errors import SigningNotConfigured
from letters.printing.keys import identity
from letters.printing.sign import translated

# What is wrong with a stranger's file is said in the verdict; pyHanko would log names and a traceback besides
logging.getLogger("pyhanko.sign.validation").setLevel(logging.ERROR)

# What pyHanko raises when a stranger's file contradicts itself; it reads lazily, so any step may
_BROKEN_FILE = (
    PdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OSError,
    EOFError,
    struct.error,
    zlib.error,
)


class NotAPdf(Refusal):
    """The file is no PDF that can be read."""

    reason = _("This file is not a PDF that can be read. Choose the file exactly as you received it.")


class NotSigned(Refusal):
    """The file carries no electronic signature."""

    reason = _(
        "This PDF carries no electronic signature. It may have been saved or printed again by another program: "
        "choose the file exactly as you received it."
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file's signature says.

    `intact`: what was signed is unchanged. `whole_file`: and nothing was added to it afterwards. `trusted`: intact, and signed with this
    installation's certificate or one of the same authority. `valid`: all of them. `problems` says in whole sentences, in the
    language active at the time, what is wrong; empty when valid. `signed_at` is what the signer's clock said,
    `timestamped_at` what the authority named in `timestamp_authority` confirmed; None when there is no intact time stamp. `byte_range`: what was signed, as start and
    length of the two parts around the signature (ISO 32000-1, 12.8.1).
    """

    intact: bool
    trusted: bool
    whole_file: bool
    signer: str
    signed_at: datetime | None
    timestamped_at: datetime | None
    timestamp_authority: str
    problems: tuple[str, ...]
    byte_range: tuple[int, ...] = ()

    @property
    def valid(self) -> bool:
        """The file is exactly what was sealed here."""
        return not self.problems


def verify(pdf: bytes) -> Verdict:
    """Judge the first signature of the file, which must cover all of it. Reads nothing but the bytes.

    :raises NotAPdf: the bytes are no PDF that can be read.
    :raises NotSigned: it has no signature.
    """
    if b"%PDF-" not in pdf[:1024]:
        raise NotAPdf
    try:
        signatures = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures
        if signatures:
            return _verdict(signatures[0])
    except _BROKEN_FILE as broken:
        raise NotAPdf from broken
    raise NotSigned


def _verdict(signature: Any) -> Verdict:
    trusting = _trusting(_trusted_certificates(), at=signature.self_reported_timestamp)
    status: Any = validate_pdf_signature(signature, trusting, _trusting([]), skip_diff=True)
    covered = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not covered and status.coverage == SignatureCoverageLevel.ENTIRE_REVISION:
        covered = _only_proofs_follow(signature)
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid
    facts = {
        "intact": bool(status.intact and status.valid),
        "trusted": bool(status.trusted),
        "whole_file": covered,
    }
    return Verdict(
        **facts,
        signer=_name_of(status.signing_cert),
        signed_at=status.signer_reported_dt,
        timestamped_at=stamp.timestamp if stamped else None,
        timestamp_authority=_name_of(stamp.signing_cert) if stamped else "",
        problems=_problems(**facts, bad_stamp=stamp is not None and not stamped),
        byte_range=tuple(int(one) for one in signature.byte_range),
    )


def _only_proofs_follow(signature: Any) -> bool:
    """Whether nothing came behind the seal but proofs of its certificates and archive time stamps."""
    signature.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY, skip_diff=False)
    found = signature.diff_result
    return isinstance(found, DiffResult) and found.modification_level <= ModificationLevel.LTA_UPDATES


def _problems(*, intact: bool, trusted: bool, whole_file: bool, bad_stamp: bool) -> tuple[str, ...]:
    sentences = {
        gettext("The file was altered after it was signed: its content is not what was signed."): not intact,
        gettext("Something was added to the file after it was signed."): intact and not whole_file,
        gettext(
            "The signature was made with a certificate that this site does not know, so anybody may have made it."
        ): intact and not trusted,
        gettext("The time stamp in the file is not valid."): bad_stamp,
    }
    return tuple(sentence for sentence, applies in sentences.items() if applies)


def _trusted_certificates() -> list[x509.Certificate]:
    """The configured certificate and those behind it; none where nothing is configured."""
    try:
        ours = identity()
    except SigningNotConfigured:
        return []
    return [ours.certificate, *ours.chain]


def _trusting(roots: list[x509.Certificate], at: datetime | None = None) -> ValidationContext:
    """What is trusted, as of the signer's own time: a letter stays valid when the certificate has run out since."""
    return ValidationContext(trust_roots=[translated(root) for root in roots], moment=at, allow_fetching=False)


def _name_of(certificate: Any) -> str:
    subject = certificate.subject.native
    name = subject.get("common_name") or subject.get("organization_name") or certificate.subject.human_friendly
    return name if isinstance(name, str) else ", ".join(name)
