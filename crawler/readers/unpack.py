"""Bytes as received to the bytes of the document: gzip told by its bytes, never past a bound."""

import zlib

from crawler.readers.errors import NotAFeed

MAGIC = b"\x1f\x8b\x08"
BYTES_MAX = 15_000_000  # DESIGN 7: a feed, after decompression
LAYERS_MAX = 2  # stored compressed and served compressed; more is nobody's accident


def unpack(body: bytes) -> tuple[bytes, list[str]]:
    """Return the document's bytes and what was odd about them.

    A gzip stream that breaks off gives what came before the break. NotAFeed where nothing came,
    or where more than ``BYTES_MAX`` would.
    """
    warnings: list[str] = []
    for _ in range(LAYERS_MAX):
        if not body.startswith(MAGIC):
            break
        body, is_whole = _gunzip(body)
        if not is_whole:
            warnings.append("the gzip stream is damaged or breaks off; read as far as it goes")
    if body.startswith(MAGIC):
        raise NotAFeed("a gzip file within gzip files")
    if len(body) > BYTES_MAX:
        raise NotAFeed(f"a document of more than {BYTES_MAX // 1_000_000} MB")
    return body, warnings


def _gunzip(body: bytes) -> tuple[bytes, bool]:
    out = bytearray()
    while body.startswith(MAGIC):  # a gzip file may hold several streams, one after the other
        stream = zlib.decompressobj(wbits=31)
        room = BYTES_MAX - len(out) + 1
        try:
            out += stream.decompress(body, room)
        except zlib.error:
            out += _piecewise(body, room)
        if len(out) > BYTES_MAX:
            raise NotAFeed(f"a gzip file of more than {BYTES_MAX // 1_000_000} MB when unpacked")
        if not stream.eof:
            if not out:
                raise NotAFeed("a damaged gzip file")
            return bytes(out), False
        body = stream.unused_data
    return bytes(out), True


def _piecewise(body: bytes, room: int) -> bytes:
    """Return what can be unpacked before the damage: zlib gives nothing of a call that fails."""
    stream, out = zlib.decompressobj(wbits=31), bytearray()
    try:
        for start in range(0, len(body), 256):
            out += stream.decompress(body[start : start + 256], room - len(out))
            if len(out) >= room:
                break
    except zlib.error:
        return bytes(out)
    return bytes(out)
