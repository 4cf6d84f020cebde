"""What a server may send that is no honest answer, and how slowly."""

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterator

import brotli  # type: ignore[import-untyped]
import zstandard

from tests.crawl.server import article
from tests.hostile.case import HTML, XML, Case, items, listing, prose
from tests.hostile.net import dripping, http

ZEROS = bytes(1_000_000)
HUGE = 200  # of them


def _packed(make: Callable[[], "zlib._Compress"]) -> bytes:
    packer = make()
    return b"".join([*(packer.compress(ZEROS) for _ in range(HUGE)), packer.flush()])


def gzip_bomb(case: Case) -> str:
    """A page of 200 kB that unpacks to 200 MB."""
    case.html(_packed(lambda: zlib.compressobj(wbits=31)), HTML, "Content-Encoding: gzip")
    return "excluded: too-large"


def deflate_bomb(case: Case) -> str:
    """The same by deflate without a head, as some servers mean it."""
    case.html(_packed(lambda: zlib.compressobj(wbits=-15)), HTML, "Content-Encoding: deflate")
    return "excluded: too-large"


def brotli_bomb(case: Case) -> str:
    """The same by Brotli: some hundred bytes."""
    case.html(brotli.compress(ZEROS * HUGE, quality=1), HTML, "Content-Encoding: br")
    return "excluded: too-large"


def zstd_bomb(case: Case) -> str:
    """The same by Zstandard."""
    packed = zstandard.ZstdCompressor().compress(ZEROS * HUGE)
    case.html(packed, HTML, "Content-Encoding: zstd")
    return "excluded: too-large"


def zstd_window(case: Case) -> str:
    """A Zstandard frame that wants a window of two gigabytes before its first byte."""
    frame = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([0xA8]) + b"\x01\x00\x00"
    case.html(frame, HTML, "Content-Encoding: zstd")
    return "failed: damaged"


def nested_bomb(case: Case) -> str:
    """A bomb in a bomb: each layer alone is small."""
    inner = gzip.compress(gzip.compress(ZEROS * HUGE))
    case.html(inner, HTML, "Content-Encoding: gzip, gzip")
    return "excluded: too-large"


def coding_tower(case: Case) -> str:
    """A page that says that it is packed a thousand times."""
    case.html(prose("tower"), HTML, "Content-Encoding: " + ", ".join(["gzip"] * 1_000))
    return "failed: damaged"


def coding_unknown(case: Case) -> str:
    """Noise in a coding that nobody has."""
    case.html(bytes(range(256)) * 8, HTML, "Content-Encoding: \x7fx-evil")
    return "failed: damaged"


def gzip_torn(case: Case) -> str:
    """A packed page with a byte turned about in its midst."""
    packed = bytearray(gzip.compress(prose("torn")))
    packed[len(packed) // 2] ^= 0xFF
    case.html(bytes(packed), HTML, "Content-Encoding: gzip")
    return "failed: damaged"


def gzip_with_a_tail(case: Case) -> str:
    """A packed page with noise behind its end."""
    case.html(gzip.compress(prose("tail")) + b"\x00noise" * 99, HTML, "Content-Encoding: gzip")
    return "stored"


def gzip_file_bomb(case: Case) -> str:
    """A feed that is a gzip file, of no coding, and unpacks to 200 MB."""
    case.xml(_packed(lambda: zlib.compressobj(wbits=31)))
    return "failed: not-a-feed"


def gzip_of_ten_thousand_streams(case: Case) -> str:
    """A feed of ten thousand gzip streams in a row, each empty, the last one a feed."""
    last = gzip.compress(items(listing(case)))
    case.xml(gzip.compress(b"") * 10_000 + last)
    return "stored"


def endless_body(case: Case) -> str:
    """A page that goes on for as long as it is taken."""

    def send() -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n<p>".encode()
        yield from itertools.repeat(b"The ferry is back. " * 4_096)

    case.page(send)
    return "excluded: too-large|failed: timeout"


def endless_chunks(case: Case) -> str:
    """The same in chunks."""

    def send() -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\n{HTML}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        yield from itertools.repeat(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    case.page(send)
    return "excluded: too-large|failed: timeout"


def endless_tiny_chunks(case: Case) -> str:
    """Chunks of one byte each, without end: many times as much on the line as in the page."""

    def send() -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\n{HTML}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        yield from itertools.repeat(b"1\r\nx\r\n" * 10_000)

    case.page(send)
    return "failed: timeout|excluded: too-large"


def body_that_drips(case: Case) -> str:
    """A page of which a byte comes now and then."""
    case.page(dripping(f"HTTP/1.1 200 OK\r\n{HTML}\r\nContent-Length: 9999\r\n\r\n".encode(), b"."))
    return "failed: timeout"


def headers_that_drip(case: Case) -> str:
    """Headers of which one comes now and then."""
    case.page(dripping(b"HTTP/1.1 200 OK\r\n", b"X-Drop: 1\r\n"))
    return "failed: timeout"


def status_that_drips(case: Case) -> str:
    """A first line of which a letter comes now and then."""
    case.page(dripping(b"HTTP/1.1 200 ", b"O"))
    return "failed: timeout"


def silence(case: Case) -> str:
    """A server that takes the request and says nothing."""
    case.page(dripping(b"", b""))
    return "failed: timeout"


def feed_that_drips(case: Case) -> str:
    """A feed of which an entry comes now and then."""
    first = f"HTTP/1.1 200 OK\r\n{XML}\r\n\r\n<rss><channel>".encode()
    case.feed(dripping(first, b"<item><title>x</title></item>"))
    return "failed: timeout"


def header_flood(case: Case) -> str:
    """A hundred thousand headers before a page."""
    flood = [f"X-Flood-{number}: {'y' * 40}" for number in range(100_000)]
    case.html(prose("flood"), HTML, *flood)
    return "failed: damaged"


def header_without_end(case: Case) -> str:
    """One header of ten megabytes."""
    case.html(prose("long"), HTML, "X-Long: " + "z" * 10_000_000)
    return "failed: connection|failed: damaged|stored"


def endless_headers(case: Case) -> str:
    """Headers for as long as they are taken."""

    def send() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        yield from itertools.repeat(b"X-More: and more\r\n" * 2_000)

    case.page(send)
    return "failed: damaged"


def endless_interim_answers(case: Case) -> str:
    """`100 Continue` for as long as it is taken: no answer ever begins."""

    def send() -> Iterator[bytes]:
        yield from itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000)

    case.page(send)
    return "failed: damaged"


def early_hints_first(case: Case) -> str:
    """`103 Early Hints` before a page."""
    case.page(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + http(prose("hints"), HTML))
    return "stored"


def switched_protocols(case: Case) -> str:
    """`101 Switching Protocols` that nobody asked for."""
    case.page(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: evil\r\n\r\n\x00\x01\x02")
    return "failed: status|failed: timeout|failed: damaged|failed: connection"


def redirect_to_itself(case: Case) -> str:
    """A page that redirects to itself."""
    case.page(http(b"", "Location: /1", status="302 Found"))
    return "failed: redirects"


def redirects_in_a_ring(case: Case) -> str:
    """Two pages that redirect to each other."""
    case.page(http(b"", "Location: /2", status="301 Moved"))
    case.put("/2", http(b"", "Location: /1", status="308 Moved"))
    return "failed: redirects"


def redirects_without_end(case: Case) -> str:
    """Each redirect leads to an address that was not met before."""
    case.page(http(b"", "Location: /1?0", status="302 Found"))
    for at in range(40):
        case.put(f"/1?{at}", http(b"", f"Location: /1?{at + 1}", status="302 Found"))
    return "failed: redirects"


def redirect_to_a_script(case: Case) -> str:
    """A redirect to `javascript:`, which is nowhere."""
    case.page(http(b"", "Location: javascript:alert(1)//", status="302 Found"))
    return "failed: redirects"


def redirect_to_a_file(case: Case) -> str:
    """A redirect to a file of this machine."""
    case.page(http(b"", "Location: file:///etc/hosts", status="302 Found"))
    return "failed: redirects"


def redirect_to_data(case: Case) -> str:
    """A redirect to an address that is a page itself."""
    case.page(http(b"", "Location: data:text/html,<p>evil", status="302 Found"))
    return "failed: redirects"


def redirect_with_a_line_break(case: Case) -> str:
    """A redirect that would put a header of its own into the next request."""
    case.page(http(b"", "Location: /2%0d%0aX-Evil:%201\t\x0bX-Evil: 2", status="302 Found"))
    return "failed: not-found|failed: redirects"


def redirect_of_a_megabyte(case: Case) -> str:
    """A redirect to an address of a hundred thousand letters."""
    case.page(http(b"", "Location: /" + "a" * 100_000, status="302 Found"))
    return "failed: not-found|failed: redirects|failed: damaged|failed: connection"


def redirect_to_no_host(case: Case) -> str:
    """A redirect to brackets that are no host."""
    case.page(http(b"", "Location: http://[::evil/", status="302 Found"))
    return "failed: redirects"


def redirect_to_two_hosts(case: Case) -> str:
    """A redirect whose host is one for one reader and another for the next."""
    case.page(http(b"", f"Location: http://[::1]x@{case.host}/2", status="302 Found"))
    return "failed: redirects"


def ten_thousand_cookies(case: Case) -> str:
    """Cookies to fill a memory."""
    case.html(prose("cookies"), HTML, *(f"Set-Cookie: c{n}={'x' * 90}" for n in range(10_000)))
    return "failed: damaged"


def etag_of_a_megabyte(case: Case) -> str:
    """A validator that would have to be sent back with each visit."""
    case.feed(http(items(listing(case)), XML, 'ETag: "' + "e" * 15_000 + '"'))
    return "stored"


def type_without_end(case: Case) -> str:
    """A Content-Type of escapes for a terminal, and an encoding that is none."""
    case.html(prose("type"), "Content-Type: text/html; charset=\x1b[2J" + "q" * 9_000)
    return "stored"


def part_nobody_asked_for(case: Case) -> str:
    """A part of a page as an answer to a request for all of it."""
    case.page(http(prose("part"), HTML, "Content-Range: bytes 0-9/99", status="206 Partial"))
    return "failed: damaged"


def wait_for_ever(case: Case) -> str:
    """A Retry-After of more years than there will be."""
    case.page(http(b"", "Retry-After: " + "9" * 60, status="503 Busy"))
    return "failed: busy"


def robots_without_end(case: Case) -> str:
    """A robots.txt that goes on for as long as it is taken: it forbids all."""

    def send() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\n"
        yield from itertools.repeat(b"Disallow: /shut\n" * 4_096)

    case.html(prose("robots"))
    case.put("/robots.txt", send)
    return "failed: too-large|failed: timeout|failed: robots|waiting"


def robots_of_stars(case: Case) -> str:
    """A robots.txt whose pattern takes for ever to be looked for."""
    rules = b"User-agent: *\nDisallow: /" + b"*a" * 60 + b"$\nDisallow: /*" + b"*" * 5_000 + b"b$\n"
    case.announce(f"{case.base}/{'a' * 300}x")
    case.put(f"/{'a' * 300}x", http(prose("stars"), HTML))
    case.put("/robots.txt", http(rules))
    return "stored"


def robots_that_waits_for_nan(case: Case) -> str:
    """A robots.txt whose delay is no number that a clock could hold."""
    case.html(prose("nan"))
    case.put("/robots.txt", http(b"User-agent: *\nCrawl-delay: nan\nCrawl-delay: 1e999\n"))
    return "stored|failed: robots|waiting"


def robots_of_a_million_groups(case: Case) -> str:
    """A robots.txt of as many groups and sitemaps as fit in it."""
    line = b"User-agent: x\nDisallow: /y\nSitemap: http://127.0.0.1/map.xml\n"
    case.html(prose("groups"))
    case.put("/robots.txt", http(line * 100_000))
    return "stored"


def robots_in_a_ring(case: Case) -> str:
    """A robots.txt that redirects to itself: as if there were none."""
    case.html(prose("ring"))
    case.put("/robots.txt", http(b"", "Location: /robots.txt", status="302 Found"))
    return "stored"


def page_of_another(case: Case) -> str:
    """A page that is larger than it is taken, and says so before."""
    case.html(article("large").encode() + b" " * 9_000_000)
    return "excluded: too-large"
