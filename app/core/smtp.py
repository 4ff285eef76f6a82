"""Mail leaves by a server whose certificate was checked.

Python's `starttls` without a context encrypts and checks nothing: whoever stands between could answer for the server.
"""

from __future__ import annotations

import smtplib
import ssl

from flask_mailman.backends import smtp

SECONDS = 30


class CheckedSMTP(smtplib.SMTP):
    """A connection that goes on only with the server that it asked for."""

    def starttls(  # type: ignore[override]
        self, keyfile: None = None, certfile: None = None, context: ssl.SSLContext | None = None
    ) -> tuple[int, bytes]:
        """Encrypt, TLS 1.2 at least, with the certificate and the name checked."""
        checked = context or ssl.create_default_context()
        checked.minimum_version = ssl.TLSVersion.TLSv1_2
        return super().starttls(context=checked)


class EmailBackend(smtp.EmailBackend):  # type: ignore[misc]
    """The library's backend over that connection."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """Never the plain one."""
        return CheckedSMTP
