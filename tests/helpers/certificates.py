"""Certificates made in the test: an authority of our own and what it signs for servers of this machine."""

from __future__ import annotations

import ssl
from datetime import timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core import clock

DAY = timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


class Authority:
    """A self-signed authority.

    Attributes:
        path: its certificate, for `SSL_CERT_FILE` of who shall trust it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Autorité des essais")
        self.path = folder / "authority.pem"
        only = partial(x509.KeyUsage, False, False, False, False, False)
        certificate = (
            self._draft(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(only(True, True, False, False), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server_context(self, host: str, *, is_over: bool = False) -> ssl.SSLContext:
        """What a server of this name shows to who connects; `is_over`: its last day was yesterday."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            self._draft(_name(host), key, last=-DAY if is_over else DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        chain = self._folder / "server.pem"
        chain.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _draft(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, last: timedelta = DAY
    ) -> x509.CertificateBuilder:
        at = clock.now()
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=at - 9 * DAY,
            not_valid_after=at + last,
        )
