"""Why an electronic signature is not accepted: one sentence for each way to fail.

No sentence holds anything personal of the certificate: names of authorities, days and algorithms at most.
"""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class EdsRefused(Refusal):
    """An electronic signature was not accepted."""

    reason = _("The electronic signature was not accepted.")


class TooLarge(EdsRefused):
    """The file has more bytes than any detached signature needs."""

    reason = _(
        "The electronic signature was not accepted: it is larger than %(limit)d kB. Send only the signature (the .cms file), not the document."
    )


class Unreadable(EdsRefused):
    """The bytes are no structure that can be read."""

    reason = _(
        "The electronic signature was not accepted: it cannot be read. It may be cut off; sign the file again and send the whole result."
    )


class NotSigned(EdsRefused):
    """The bytes are readable, and something else than signed data."""

    reason = _(
        "The electronic signature was not accepted: the file holds no signature. Choose the .cms file that was made by signing, not a certificate or a key."
    )


class NoSigner(EdsRefused):
    """The signed data holds certificates at most, and nobody has signed."""

    reason = _(
        "The electronic signature was not accepted: nobody has signed in this file. Sign the file again and send the result."
    )


class SeveralSigners(EdsRefused):
    """More than one person signed in one file."""

    reason = _(
        "The electronic signature was not accepted: the file holds several signatures. One person signs for the organization; send a file with this one signature."
    )


class TooManyCertificates(EdsRefused):
    """More certificates came along than any chain has."""

    reason = _(
        "The electronic signature was not accepted: more than %(limit)d certificates came with it. Sign the file again and send the result."
    )


class CertificateMissing(EdsRefused):
    """The certificate of the one who signed is not in the file."""

    reason = _(
        "The electronic signature was not accepted: the certificate of the person who signed is not in the file. Sign again so that the certificate is included."
    )


class AttributesMissing(EdsRefused):
    """The signature does not cover what is signed in the way that CAdES asks for."""

    reason = _(
        "The electronic signature was not accepted: it does not state the digest and the kind of what was signed. Sign the file again in NCALayer."
    )


class OtherContent(EdsRefused):
    """The signature is over other bytes, for example over another letter’s."""

    reason = _(
        "The electronic signature was not accepted: another file was signed, not the one for this letter, its present text and this organization. Download the file anew and sign it."
    )


class SignatureWrong(EdsRefused):
    """The signature does not fit the certificate’s key."""

    reason = _(
        "The electronic signature was not accepted: it was not made with the key of the certificate in it, or was changed afterwards. Sign the file again."
    )


class OtherCertificate(EdsRefused):
    """The signature names another certificate than the one that came along."""

    reason = _(
        "The electronic signature was not accepted: the certificate in the file is not the one that the signature names. Sign the file again."
    )


class OldAlgorithm(EdsRefused):
    """GOST 34.310-2004, which the National Certification Authority has given up."""

    reason = _(
        "The electronic signature was not accepted: it uses the old GOST 34.310-2004, which cannot be checked here. Sign with a key by GOST 34.10-2015 or RSA; newly issued keys are such."
    )


class UnknownAlgorithm(EdsRefused):
    """An algorithm that is not known here, or is no longer safe."""

    reason = _(
        "The electronic signature was not accepted: its algorithm (%(name)s) is not known here or no longer safe. Sign with a key by GOST 34.10-2015 or RSA."
    )


class NoAuthorityInstalled(EdsRefused):
    """The operator has installed no certificate of an authority."""

    reason = _(
        "The electronic signature could not be checked: this site has no certificates of certification authorities yet. Sign with the code from your mailbox, or write to the coordinator."
    )


class UnknownIssuer(EdsRefused):
    """The certificate comes from an authority that the operator has not installed."""

    reason = _(
        "The electronic signature was not accepted: its certificate was issued by “%(issuer)s”, which this site does not trust. Sign with a key of the National Certification Authority."
    )


class SelfIssued(EdsRefused):
    """The certificate was issued by its own holder."""

    reason = _(
        "The electronic signature was not accepted: its certificate was made by its holder, not by an authority. Sign with a key of the National Certification Authority."
    )


class ChainBroken(EdsRefused):
    """A certificate names an issuer that did not sign it, or the chain never reaches a trusted one."""

    reason = _(
        "The electronic signature was not accepted: the certificates in it do not lead to an authority that this site trusts. Sign with a key of the National Certification Authority."
    )


class NotAnAuthority(EdsRefused):
    """A certificate in the chain may not issue certificates."""

    reason = _(
        "The electronic signature was not accepted: a certificate in it was issued by somebody who may not issue certificates, or not such ones. Sign with a key of the National Certification Authority."
    )


class AuthorityOutOfTime(EdsRefused):
    """The certificate of an authority in the chain was not valid at the time."""

    reason = _(
        "The electronic signature was not accepted: the certificate of the authority “%(issuer)s” was not valid on %(on)s."
    )


class CertificateExpired(EdsRefused):
    """The certificate had expired when the signature was made."""

    reason = _(
        "The electronic signature was not accepted: the certificate expired on %(on)s, before the signature was made. Sign with a key that is valid now."
    )


class CertificateNotYetValid(EdsRefused):
    """The certificate was not valid yet when the signature was made."""

    reason = _(
        "The electronic signature was not accepted: the certificate is valid only from %(on)s. Sign with a key that is valid now."
    )


class CertificateNotUnderstood(EdsRefused):
    """The certificate holds a condition that is marked as critical and is not known here."""

    reason = _(
        "The electronic signature was not accepted: a certificate in it sets a condition (%(name)s) that this site does not know. Sign with a key of the National Certification Authority."
    )


class AuthenticationKey(EdsRefused):
    """The key is for signing in, not for signing documents."""

    reason = _(
        "The electronic signature was not accepted: this key is for signing in to web sites (AUTH), not for signing documents. Choose the signing key; the names of newer files begin with GOST512 or RSA."
    )


class IndividualCertificate(EdsRefused):
    """The certificate was issued to a person, not to an organization."""

    reason = _(
        "The electronic signature was not accepted: the certificate belongs to a private person and names no organization. Sign with a key that was issued for your organization."
    )


class NumberMissing(EdsRefused):
    """The certificate names no BIN."""

    reason = _(
        "The electronic signature was not accepted: the certificate does not name the organization’s BIN. Sign with a key that was issued for your organization."
    )


class OtherOrganization(EdsRefused):
    """The BIN in the certificate is another organization’s."""

    reason = _(
        "The electronic signature was not accepted: the BIN in the certificate is not the one of the organization that you sign for. Sign with that organization’s key, or correct the BIN."
    )


class CertificateRevoked(EdsRefused):
    """The certificate was revoked before the signature was made."""

    reason = _(
        "The electronic signature was not accepted: the certificate was revoked on %(on)s. Sign with a key that is valid now."
    )


class AuthorityRevoked(EdsRefused):
    """The certificate of an authority in the chain was revoked."""

    reason = _(
        "The electronic signature was not accepted: the certificate of the authority “%(issuer)s” was revoked on %(on)s."
    )


class CertificateUnknown(EdsRefused):
    """The authority does not know the certificate."""

    reason = _(
        "The electronic signature was not accepted: the certification authority answers that it does not know this certificate."
    )


class RevocationAnswerWrong(EdsRefused):
    """The answer about revocation cannot be believed."""

    reason = _(
        "The electronic signature could not be checked: the certification authority’s answer about revocation is unreadable, out of date or not its own. Try again in an hour."
    )


class TimestampWrong(EdsRefused):
    """A timestamp came along and is not what it says."""

    reason = _(
        "The electronic signature was not accepted: the timestamp in it does not belong to this signature or was changed. Sign the file again."
    )


class TimestampInFuture(EdsRefused):
    """A timestamp names a time that has not come yet."""

    reason = _(
        "The electronic signature was not accepted: its timestamp lies in the future (%(on)s). Check the clock of your computer and sign again."
    )
