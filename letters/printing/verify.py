"""Is this file what was sealed here? Judged by pyHanko against the configured certificate, without any network."""

import io
import logging
import re
import struct
import zlib
from collections.abc import Sequence
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
class Further:
    """A signature that was put behind the seal by somebody else. `good`: what it signed is unchanged; who that is, this site cannot say."""

    signer: str
    authority: str
    signed_at: datetime | None
    good: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file's signature says.

    `intact`: what was signed is unchanged. `whole_file`: and nothing was added to it afterwards but proofs
    of its certificates, archive time stamps and the signatures in `further`, in their order. `trusted`: intact, and signed with this
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
    further: tuple[Further, ...] = ()

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
            return _verdict(signatures[0], signatures[1:])
    except _BROKEN_FILE as broken:
        raise NotAPdf from broken
    raise NotSigned


def _verdict(signature: Any, later: Sequence[Any]) -> Verdict:
    trusting = _trusting(_trusted_certificates(), at=signature.self_reported_timestamp)
    status: Any = validate_pdf_signature(signature, trusting, _trusting([]), skip_diff=True)
    covered = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not covered and status.coverage == SignatureCoverageLevel.ENTIRE_REVISION:
        covered = _is_all_permitted(signature)
    further = tuple(_further(one) for one in later) if covered else ()
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid
    facts = {
        "intact": bool(status.intact and status.valid),
        "trusted": bool(status.trusted),
        "whole_file": covered and all(one.good for one in further),
    }
    return Verdict(
        **facts,
        signer=_name_of(status.signing_cert),
        signed_at=status.signer_reported_dt,
        timestamped_at=stamp.timestamp if stamped else None,
        timestamp_authority=_name_of(stamp.signing_cert) if stamped else "",
        problems=_problems(**facts, bad_stamp=stamp is not None and not stamped),
        byte_range=tuple(int(one) for one in signature.byte_range),
        further=further,
    )


def _further(signature: Any) -> Further:
    try:
        status: Any = validate_pdf_signature(signature, _trusting([]), _trusting([]), skip_diff=True)
    except _BROKEN_FILE:
        return Further("", "", None, good=False)
    certificate = status.signing_cert
    return Further(
        signer=_name_of(certificate),
        authority=_named(certificate.issuer),
        signed_at=status.signer_reported_dt,
        good=bool(status.intact and status.valid),
    )


def _is_all_permitted(signature: Any) -> bool:
    """Whether nothing came behind the seal but what it permits: proofs of its certificates, archive time stamps, further signatures."""
    reader = signature.reader
    if reader.xrefs.total_revisions <= signature.signed_revision + 1 or not _ends_with_its_table(reader):
        return False
    signature.compute_integrity_info(diff_policy=DEFAULT_DIFF_POLICY, skip_diff=False)
    found = signature.diff_result
    return isinstance(found, DiffResult) and found.modification_level <= ModificationLevel.FORM_FILLING


def _ends_with_its_table(reader: Any) -> bool:
    """Whether the file ends with the table of its last update, and nothing stands behind or just before that end."""
    content: bytes = reader.stream.getvalue()
    end = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", content[-64:])
    if end is None:
        return False
    table = content[int(end[1]) : len(content) - len(content[-64:]) + end.start()].rstrip()
    if table.startswith(b"xref"):
        return table.endswith(b">>") and table.count(b"trailer") == 1
    return table.find(b"endobj") + len(b"endobj") == len(table)


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
    return _named(certificate.subject)


def _named(subject: Any) -> str:
    known = subject.native
    name = known.get("common_name") or known.get("organization_name") or subject.human_friendly
    return name if isinstance(name, str) else ", ".join(name)
