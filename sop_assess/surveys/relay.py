"""Handing mail to the company's mail server: encrypted, with timeouts, one connection for many."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from ..errors import SopError

TIMEOUT: Final = 20.0
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


class MailError(SopError):
    """The mail server cannot be used at all; `sentence` says what to change."""

    status = 502


class RefusedError(Exception):
    """The server will never take this mail; `code` is its answer, without the words."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class LaterError(Exception):
    """The server or the line failed; the same mail may pass in a while."""


class Relay:
    """A connection to the mail server in a `with` block; it opens at the first mail.

    Errors carry no address: what smtplib raises names the people whom a mail was for.
    """

    def __init__(self, url: str, sender: str, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self._implicit = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (465 if self._implicit else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = parseaddr(sender)[1]
        self._context = context or ssl.create_default_context()
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    def send(self, message: EmailMessage, address: str) -> None:
        """Hand one mail over; RefusedError, LaterError or MailError when it is not taken."""
        line = self._connected()
        try:
            line.send_message(message, self._sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_code(next(iter(error.recipients.values()))[0]) from None
        except smtplib.SMTPSenderRefused:
            self.hang_up()
            raise MailError("The mail server does not let this sender write. Check SOP_MAIL_FROM "
                            "and the account in SOP_SMTP_URL.") from None  # fmt: skip
        except smtplib.SMTPNotSupportedError:
            raise RefusedError(553) from None
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code) from None
        except (smtplib.SMTPException, OSError, ValueError):
            self.hang_up()
            raise LaterError from None

    def hang_up(self) -> None:
        """End the connection; the next mail opens a new one."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except (smtplib.SMTPException, OSError):
            line.close()

    def _connected(self) -> smtplib.SMTP:
        if self._line is None:
            try:
                self._line = self._connect()
            except smtplib.SMTPAuthenticationError:
                raise MailError("The mail server does not accept the user name and password in "
                                "SOP_SMTP_URL.") from None  # fmt: skip
            except smtplib.SMTPNotSupportedError:
                raise MailError(
                    "The mail server %(host)s offers no encryption or no sign-in. "
                    "Use smtps:// or another port in SOP_SMTP_URL.", host=self._host,
                ) from None  # fmt: skip
            except ssl.SSLError:
                raise MailError(
                    "The certificate of the mail server %(host)s cannot be verified. "
                    "Check the name in SOP_SMTP_URL.", host=self._host,
                ) from None  # fmt: skip
            except (smtplib.SMTPException, OSError):
                raise LaterError from None
        return self._line

    def _connect(self) -> smtplib.SMTP:
        line: smtplib.SMTP
        if self._implicit:
            line = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT, context=self._context)
        else:
            line = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT)
        try:
            # Mail to this machine itself crosses no network; anywhere else it is encrypted or not
            # sent: the links in it are secrets.
            if not self._implicit and self._host not in _LOOPBACK:
                line.starttls(context=self._context)
            if self._user:
                line.login(self._user, self._password)
        except BaseException:
            line.close()
            raise
        return line


def _by_code(code: int) -> Exception:
    return RefusedError(code) if code >= 500 else LaterError()
