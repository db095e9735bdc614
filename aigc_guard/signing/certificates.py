"""X.509 certificates in the shape that C2PA asks for, and their P-256 keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# C2PA's own usage for signing claims (2.2 and later); older readers know e-mail protection.
_CLAIM_SIGNING = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")


@dataclass(frozen=True, slots=True)
class Wish:
    """A certificate to make: for an authority ``path_length`` says how many may stand below."""

    name: str
    begin: datetime
    end: datetime
    path_length: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True, slots=True)
class KeyPem:
    """A P-256 key and its text."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def parse(cls, pem: bytes, passphrase: str) -> KeyPem:
        """Raises ValueError for anything but such a key under that passphrase."""
        secret = passphrase.encode() if passphrase and b"ENCRYPTED" in pem else None
        try:
            key = serialization.load_pem_private_key(pem, password=secret)
        except TypeError as error:
            raise ValueError(str(error)) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("no elliptic curve key")
        return cls(key)

    def to_pem(self, passphrase: str) -> bytes:
        """PKCS8; protected where there is a passphrase."""
        how: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            how = serialization.BestAvailableEncryption(passphrase.encode())
        pkcs8 = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, pkcs8, how)


def make(wish: Wish, issuer: Made | None = None) -> Made:
    """A certificate by ``issuer``; without one it signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named(wish.name)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wish.begin)
        .not_valid_after(wish.end)
        .add_extension(
            x509.BasicConstraints(wish.path_length is not None, wish.path_length), critical=True
        )
        .add_extension(_usage(wish.path_length is not None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if wish.path_length is None:
        uses = [_CLAIM_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    return Made(builder.sign(signer, hashes.SHA256()), key)


def _named(name: str) -> x509.Name:
    # C2PA's readers show the organisation; the operator's own name stands in no file of ours.
    attributes = [(NameOID.ORGANIZATION_NAME, "aigc_guard"), (NameOID.COMMON_NAME, name)]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])


def _usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
