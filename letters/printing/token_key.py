"""A sealing key that never leaves its hardware token or HSM (PKCS#11): it is named by a URI (RFC 7512), and the token signs."""

from hashlib import sha256
from threading import Lock
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, Mechanism, ObjectClass

from letters.printing.errors import SigningKeyUnusable

_PARTS = {"token", "object"}


class Token:
    """A session with a token; it is opened when it is needed, and again when the token was pulled out meanwhile.

    :param uri: `pkcs11:token=LABEL;object=LABEL?module-path=/…/module.so`.
    """

    def __init__(self, uri: str, pin: str) -> None:
        self.module, self.token, self.object = _parsed(uri)
        self.pin = pin
        self.lock = Lock()
        self.key: Any = None

    def certificates(self) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
        """The key's certificate and the others of the token.

        :raises SigningKeyUnusable: there is no such token, key or certificate, or the PIN is wrong.
        """
        with self.lock:
            try:
                key = self._open()
                found = list(key.session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
                own = [one[Attribute.VALUE] for one in found if one[Attribute.ID] == key[Attribute.ID]]
                others = [one[Attribute.VALUE] for one in found if one[Attribute.ID] != key[Attribute.ID]]
            except pkcs11.PKCS11Error as trouble:
                raise _unusable(trouble) from trouble
        if not own:
            raise SigningKeyUnusable("The token in SIGNING_PKCS11 holds no certificate with the id of its key.")
        load = x509.load_der_x509_certificate
        return load(own[0]), tuple(load(one) for one in others)

    def sign(self, data: bytes, mechanism: Mechanism) -> bytes:
        """Let the token sign.

        :raises SigningKeyUnusable: it does not, and did not after a new session either.
        """
        with self.lock:
            try:
                return bytes(self._open().sign(data, mechanism=mechanism))
            except pkcs11.PKCS11Error:
                self._close()
            try:
                return bytes(self._open().sign(data, mechanism=mechanism))
            except pkcs11.PKCS11Error as trouble:
                self._close()
                raise _unusable(trouble) from trouble

    def _open(self) -> Any:
        if self.key is None:
            try:
                library = pkcs11.lib(self.module)
            except RuntimeError as missing:
                raise SigningKeyUnusable(f"The module in SIGNING_PKCS11 cannot be loaded: {missing}") from missing
            token = library.get_token(token_label=self.token)
            try:
                session = token.open(user_pin=self.pin)
            except pkcs11.UserAlreadyLoggedIn:  # by another session: what is open is open for all of a process
                session = token.open()
            self.key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.object)
        return self.key

    def _close(self) -> None:
        self.key = None
        pkcs11.lib(self.module).reinitialize()


def _parsed(uri: str) -> tuple[str, str, str]:
    """Module, label of the token and label of the key."""
    split = urlsplit(uri)
    parts = dict(part.partition("=")[::2] for part in split.path.split(";"))
    module = dict(parse_qsl(split.query)).get("module-path", "")
    if split.scheme != "pkcs11" or parts.keys() != _PARTS or not module:
        raise SigningKeyUnusable(
            "SIGNING_PKCS11 must read pkcs11:token=LABEL;object=LABEL?module-path=/path/to/module.so, other characters than letters, digits, - and _ written as %20."
        )
    return module, unquote(parts["token"]), unquote(parts["object"])


def _unusable(trouble: pkcs11.PKCS11Error) -> SigningKeyUnusable:
    words = str(trouble) or type(trouble).__name__
    return SigningKeyUnusable(f"The key in SIGNING_PKCS11 cannot be used with SIGNING_PASSWORD: {words}")


def key_of(token: Token, public: Any) -> "TokenRSAKey | TokenECKey":
    """The private key in the form that `cryptography` signs with.

    :param public: the public key of its certificate.
    """
    if isinstance(public, rsa.RSAPublicKey):
        return TokenRSAKey(token, public)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return TokenECKey(token, public)
    raise SigningKeyUnusable("SIGNING_PKCS11 must name an RSA or elliptic curve key.")


class _Kept:
    """What both kinds share: the key stays where it is."""

    def __init__(self, token: Token, public: Any) -> None:
        self.token = token
        self.public = public

    def public_key(self) -> Any:
        """The public half."""
        return self.public

    @property
    def key_size(self) -> int:
        """Bits of the modulus or of the curve."""
        size: int = self.public.key_size
        return size

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def _stays(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("A key in a token signs and does nothing else.")

    decrypt = exchange = private_numbers = private_bytes = _stays


class TokenRSAKey(_Kept, rsa.RSAPrivateKey):
    """An RSA key in a token."""

    def sign(self, data: Any, padding: Any, algorithm: Any) -> bytes:
        """The signature (RSASSA-PKCS1-v1_5 with SHA-256, the only one in use)."""
        return self.token.sign(bytes(data), Mechanism.SHA256_RSA_PKCS)


class TokenECKey(_Kept, ec.EllipticCurvePrivateKey):
    """An elliptic curve key in a token."""

    @property
    def curve(self) -> ec.EllipticCurve:
        """The curve."""
        curve: ec.EllipticCurve = self.public.curve
        return curve

    def sign(self, data: Any, signature_algorithm: Any) -> bytes:
        """The signature (ECDSA with SHA-256) in DER; tokens give r and s side by side."""
        raw = self.token.sign(sha256(data).digest(), Mechanism.ECDSA)
        middle = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:middle]), int.from_bytes(raw[middle:]))
