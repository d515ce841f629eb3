"""How fast electronic signatures of Kazakhstan are checked, in one process.

`python -m bench.eds ROUNDS` takes turns with gostcrypto, another GOST in pure Python, and with pyHanko, round by round, and prints
checks a second as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from bench import runs
from bench.measure import Figure, interleaved

ROUNDS = 5
CHECKS = 20  # a round; gostcrypto does one, for it takes as long
OF_GOSTCRYPTO = 10
OF_PYHANKO = 1


def measure(env: dict[str, str], *, rounds: int = ROUNDS) -> list[Figure]:
    """Checks a second: one GOST signature, a whole verification with GOST and with RSA."""
    taken = {name: tuple(values) for name, values in runs.program("bench.eds", str(rounds), env=env).items()}
    part, unit, other = "Electronic signatures (EDS), one process", "checks/s", "gostcrypto"
    whole = "verify(): CMS, chain, times, role, BIN"
    return [
        Figure(part, "one GOST signature over 1 kB", unit, taken["one"], other, taken["their one"], OF_GOSTCRYPTO),
        Figure(
            part,
            f"{whole}; GOST, three signatures",
            unit,
            taken["gost"],
            f"{other}, the three signatures alone",
            taken["their three"],
            OF_GOSTCRYPTO,
        ),
        Figure(
            part,
            f"{whole}; RSA, two signatures",
            unit,
            taken["rsa"],
            "pyHanko, the same CMS and chain",
            taken["pyhanko"],
            OF_PYHANKO,
        ),
    ]


def main() -> None:
    """Measure in this process."""
    import django

    django.setup()
    print(json.dumps(_taken(int(sys.argv[1]))))


def _taken(rounds: int) -> dict[str, list[float]]:
    from signatories.eds import gost
    from tests.signatories.eds import authority

    message, key = bytes(1024), authority.gost_key("daniyar")
    signature, point = key.sign(message), key.point
    acts: dict[str, tuple[Callable[[], Any], int]] = {
        "one": (lambda: gost.is_signed(message, signature, point), CHECKS),
        "their one": (_theirs([(message, signature, point)]), 1),
        "gost": (_whole(authority.head(), authority.root(), authority.middle()), CHECKS),
        "their three": (_theirs(_signatures_of(authority.head(), authority.middle())), 1),
        "rsa": (_whole(authority.rsa_head(), authority.rsa_root()), CHECKS),
        "pyhanko": (_pyhanko(authority.rsa_head(), authority.rsa_root()), CHECKS),
    }
    for act, _ in acts.values():
        assert act()
    return interleaved(
        rounds, {name: lambda act=act, times=times: _rate(act, times) for name, (act, times) in acts.items()}
    )


def _rate(act: Callable[[], Any], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        act()
    return times / (time.perf_counter() - began)


def _whole(holder: Any, *authorities: Any) -> Callable[[], Any]:
    """The verification as a page would ask for it, with these authorities installed."""
    from signatories.eds.certificates import read_certificate
    from signatories.eds.trust import Trust
    from signatories.eds.verify import verify
    from tests.signatories.eds.authority import NOON, NUMBER, Signature

    content = bytes(1024)
    signature = Signature(holder, content).encoded
    trust = Trust(tuple(read_certificate(one.certificate) for one in authorities))
    return lambda: verify(signature, content, trust=trust, at=NOON, number=NUMBER)


def _signatures_of(holder: Any, issuer: Any) -> list[tuple[bytes, bytes, Any]]:
    """What `verify` has to check for this holder: message, signature, point of the key."""
    from signatories.eds.certificates import read_certificate
    from tests.signatories.eds.authority import Signature, gost_key

    cms = Signature(holder, bytes(1024))
    signed = [(cms.attributes, cms.signature, holder.key.point)]
    for certificate, key in ((holder.certificate, issuer.key), (issuer.certificate, gost_key("root"))):
        read = read_certificate(certificate)
        signed.append((read.signed, read.signature, key.point))
    return signed


def _theirs(signatures: list[tuple[bytes, bytes, Any]]) -> Callable[[], bool]:
    """The same signatures with gostcrypto, whose numbers begin with the highest byte."""
    from gostcrypto import gosthash, gostsignature
    from gostcrypto.gostsignature.gost_34_10_2012 import CURVES_R_1323565_1_024_2019 as CURVES

    curve = CURVES["id-tc26-gost-3410-12-512-paramSetA"]

    def check() -> bool:
        good = True
        for message, signature, point in signatures:
            digest = gosthash.new("streebog512", data=bytearray(message)).digest()[::-1]
            public = bytearray(b"".join(number.to_bytes(64, "big") for number in point))
            turned = bytearray(signature[63::-1] + signature[:63:-1])
            good &= gostsignature.new(gostsignature.MODE_512, curve).verify(public, digest, turned)
        return good

    return check


def _pyhanko(holder: Any, root: Any) -> Callable[[], bool]:
    """The same signature by the library that this site uses for PDF, which knows no GOST, role or BIN."""
    from asn1crypto import cms, x509
    from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
    from pyhanko_certvalidator import ValidationContext

    from tests.signatories.eds.authority import NOON, Signature

    content = bytes(1024)
    signature, trusted = Signature(holder, content).encoded, x509.Certificate.load(root.certificate)

    def check() -> bool:
        signed = cms.ContentInfo.load(signature)["content"]
        context = ValidationContext(trust_roots=[trusted], moment=NOON, allow_fetching=False)
        status = asyncio.run(async_validate_detached_cms(content, signed, signer_validation_context=context))
        return bool(status.bottom_line)

    return check


if __name__ == "__main__":
    main()
