"""Where an answer begins and ends, as a server may tell it."""

import itertools
import socket
import struct
from collections.abc import Iterator

from tests.hostile.case import HTML, Case, prose
from tests.hostile.net import http


def _chunked(body: bytes) -> bytes:
    """Return an answer in chunks, as they are written."""
    return f"HTTP/1.1 200 OK\r\n{HTML}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + body


def chunk_of_no_size(case: Case) -> str:
    """A chunk whose size is no number."""
    case.page(_chunked(b"zz\r\nThe ferry\r\n0\r\n\r\n"))
    return "failed: damaged|failed: connection"


def chunk_below_nothing(case: Case) -> str:
    """A chunk of minus five bytes."""
    case.page(_chunked(b"-5\r\nThe ferry\r\n0\r\n\r\n"))
    return "failed: damaged|failed: connection"


def chunk_beyond_all(case: Case) -> str:
    """A chunk that says that it has more bytes than any machine."""
    case.page(_chunked(b"f" * 400 + b"\r\nThe ferry is back.\r\n0\r\n\r\n"))
    return "failed: damaged|failed: connection|excluded: too-large"


def chunk_that_breaks_off(case: Case) -> str:
    """A chunk of which the rest never comes."""
    case.page(_chunked(b"ffff\r\n<p>The ferry is back."))
    return "failed: damaged"


def chunk_with_a_long_remark(case: Case) -> str:
    """A chunk with a megabyte of extension behind its size."""
    case.page(_chunked(b"5;" + b"x" * 1_000_000 + b"\r\nferry\r\n0\r\n\r\n"))
    return "failed: damaged|failed: connection|excluded: no-article"


def trailers_without_end(case: Case) -> str:
    """A page in chunks, and then trailers for as long as they are taken."""
    body = prose("trailers")

    def send() -> Iterator[bytes]:
        yield _chunked(b"%x\r\n%b\r\n0\r\n" % (len(body), body))
        yield from itertools.repeat(b"X-Trailer: more\r\n" * 2_000)

    case.page(send)
    return "failed: damaged|stored"


def length_too_long(case: Case) -> str:
    """A page of fewer bytes than its header says."""
    case.html(prose("short"), HTML, "Content-Length: 99999")
    return "failed: damaged"


def length_too_short(case: Case) -> str:
    """A page of more bytes than its header says: the rest is no page's."""
    case.html(prose("rest"), HTML, "Content-Length: 50")
    return "excluded: no-article|failed: damaged"


def length_below_nothing(case: Case) -> str:
    """A page of minus one byte."""
    case.html(prose("minus"), HTML, "Content-Length: -1")
    return "failed: damaged|failed: connection|stored"


def length_beyond_all(case: Case) -> str:
    """A page that says that it has more bytes than any machine."""
    case.html(prose("beyond"), HTML, "Content-Length: " + "9" * 40)
    return "excluded: too-large"


def length_in_words(case: Case) -> str:
    """A page whose length is no number."""
    case.html(prose("words"), HTML, "Content-Length: many")
    return "failed: damaged|failed: connection"


def two_lengths(case: Case) -> str:
    """A page with two lengths: where it ends is a matter of the reader."""
    case.html(prose("two"), HTML, "Content-Length: 10", "Content-Length: 900")
    return "failed: damaged|failed: connection|excluded: no-article"


def length_and_chunks(case: Case) -> str:
    """A page with a length and in chunks, as requests are smuggled."""
    body = prose("both")
    told = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    case.html(told, HTML, "Content-Length: 5", "Transfer-Encoding: chunked")
    return "stored|failed: damaged|failed: connection"


def two_answers(case: Case) -> str:
    """A second answer behind the first, for a request that nobody made."""
    case.page(http(prose("first"), HTML) + http(b"<p>second", HTML))
    return "stored"


def http_0_9(case: Case) -> str:
    """A page without a head, as thirty years ago."""
    case.page(b"<html><body><p>The ferry is back.</p></body></html>")
    return "failed: damaged|failed: connection"


def http_of_the_future(case: Case) -> str:
    """A version that nobody speaks."""
    case.page(http(prose("future"), HTML).replace(b"HTTP/1.1", b"HTTP/9.9", 1))
    return "stored|failed: damaged|failed: connection"


def status_in_words(case: Case) -> str:
    """A status that is no number."""
    case.page(http(b"", HTML, status="fine Thank You"))
    return "failed: damaged|failed: connection"


def status_of_five_digits(case: Case) -> str:
    """A status beyond all that there are."""
    case.page(http(prose("five"), HTML, status="20000 OK"))
    return "failed: status|failed: damaged|failed: connection"


def binary_noise(case: Case) -> str:
    """Bytes that are no HTTP at all."""
    case.page(bytes(range(256)) * 100)
    return "failed: damaged|failed: connection"


def closed_at_once(case: Case) -> str:
    """A server that hangs up."""
    case.page(b"")
    return "failed: damaged|failed: connection"


def reset_in_the_midst(case: Case) -> str:
    """A connection that is reset under the answer."""
    case.announce(f"https://{case.host}/1")

    def end(connection: socket.socket) -> None:
        connection.recv(100)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    case.web.tunnels[case.host] = end
    return "waiting|failed: robots|failed: connection"


def nuls_in_headers(case: Case) -> str:
    """NULs and bytes beyond ASCII in names and values of headers."""
    case.html(prose("nuls"), HTML, "X-\x00Evil: \x00\xff", "\xe9: \xe9")
    return "stored|failed: damaged|failed: connection"


def folded_headers(case: Case) -> str:
    """Headers that go on in the next line, as mail does."""
    case.html(prose("folded"), "Content-Type: text/html;\r\n charset=utf-8", "X-A: b\r\n\tc")
    return "stored"


def header_without_a_name(case: Case) -> str:
    """Lines among the headers that are none."""
    case.html(prose("nameless"), HTML, ": nothing", "no colon at all", " : ")
    return "stored|failed: damaged|failed: connection"
