"""What an answer or an error means: Scrapy's and Twisted's words in, ours out. Pure."""

import re
import zlib
from gzip import BadGzipFile
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin, urlsplit

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from service_identity import VerificationError
from twisted.internet.error import DNSLookupError, TCPTimedOutError

from crawler.politeness.guard import PrivateAddressError
from pipelines.records import Trouble


class CodingError(Exception):
    """An answer is packed in a way that is not unpacked; the message is for a person."""


# of 2xx the others say that something was made, begun, left out or cut, and hold no whole answer
WHOLE = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})
REFUSALS = frozenset({401, 402, 403, 407, 451})
ERRORS: tuple[tuple[Trouble, tuple[type[BaseException], ...]], ...] = (
    (Trouble.PRIVATE_ADDRESS, (PrivateAddressError,)),
    # of UnicodeErrors a header's that Scrapy stumbles over; the others are a host's name's
    (Trouble.DAMAGED, (CodingError, UnicodeDecodeError)),
    (Trouble.DNS, (CannotResolveHostError, DNSLookupError, UnicodeError)),
    (Trouble.TIMEOUT, (DownloadTimeoutError, TCPTimedOutError, TimeoutError)),
    # the handler cancels a download for its size only; the unpacker ignores one for its size only
    (Trouble.TOO_LARGE, (DownloadCancelledError, IgnoreRequest)),
    (Trouble.DAMAGED, (ResponseDataLossError, BadGzipFile, EOFError, zlib.error)),
    (Trouble.TLS, (SSL.Error, VerificationError)),
)
# classes that are private where they come from, or of which only one of several packages is there
DAMAGES = frozenset({"ParseError", "ZstdError", "_DataLoss"})
DAMAGERS = frozenset({"brotli", "brotlicffi"})
UNREACHED = frozenset({Trouble.DNS, Trouble.TLS, Trouble.CONNECTION, Trouble.TIMEOUT})
"""Troubles of the host itself; after the others it did answer."""
WORDS = {
    Trouble.DNS: "the host has no address",
    Trouble.TLS: "no trusted connection: {error}",
    Trouble.CONNECTION: "the connection failed: {error}",
    Trouble.TIMEOUT: "the answer took longer than the time it gets",
    Trouble.TOO_LARGE: "the answer is larger than we take",
    Trouble.DAMAGED: "the answer broke off or cannot be read",
    Trouble.PRIVATE_ADDRESS: "{error}",
}


def trouble_of(error: BaseException) -> tuple[Trouble, str]:
    """Return why a download raised ``error``, and one sentence about it."""
    inner = _innermost(error)
    trouble = next((found for found, kinds in ERRORS if isinstance(inner, kinds)), None)
    if trouble is None:
        kind = type(inner)
        is_damage = kind.__name__ in DAMAGES or kind.__module__.partition(".")[0] in DAMAGERS
        trouble = Trouble.DAMAGED if is_damage else Trouble.CONNECTION
    words = "{error}" if isinstance(inner, CodingError) else WORDS[trouble]
    return trouble, words.format(error=_words(inner))


def trouble_of_status(status: int) -> Trouble | None:
    """Return what a status means for who asked for a body; None where it comes with all of it.

    A redirect is a trouble only where it was not, or could not be, followed. That an answer of 304
    was asked for is known to the caller only: here it is a trouble as well.
    """
    if status in WHOLE:
        return None
    if status == HTTPStatus.PARTIAL_CONTENT:
        return Trouble.DAMAGED
    if 300 <= status < 400 and status != HTTPStatus.NOT_MODIFIED:
        return Trouble.REDIRECTS
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Trouble.NOT_FOUND
    if status in REFUSALS:
        return Trouble.REFUSED
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return Trouble.BUSY
    return Trouble.STATUS


def status_words(status: int) -> str:
    """Return a status as a person reads it, `404 Not Found`."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"


def redirect_target(url: str, status: int, location: bytes | None) -> str | None:
    """Return the absolute address that an answer sends us to, None where it sends us nowhere.

    Any scheme but http and https is nowhere. The fragment is left out.
    """
    if status not in {301, 302, 303, 307, 308} or not location:
        return None
    try:
        target = urldefrag(urljoin(url, location.decode("utf-8", errors="replace").strip())).url
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if parts.scheme in {"http", "https"} and parts.hostname else None


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers of an answer: names in lower case, the first value of each."""
    return {
        name.decode("latin-1").lower(): values[0].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def _innermost(error: BaseException) -> BaseException:
    # Twisted packs what went wrong into lists of failures, Scrapy packs Twisted's errors once more
    for reason in getattr(error.__cause__ or error, "reasons", None) or ():
        if not isinstance(error, ResponseDataLossError):
            return _innermost(reason.value)
    return error


def _words(error: BaseException) -> str:
    if isinstance(error, VerificationError):
        return "its certificate is another host's"
    shown = re.findall(r"'([^']+)'\)", str(error)) if isinstance(error, SSL.Error) else []
    text = ", ".join(shown) or " ".join(str(error).split()) or type(error).__name__
    return text[:200].rstrip(".")
