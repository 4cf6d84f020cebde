"""WARC files of invented pages, as other programs write them."""

import io
from collections.abc import Mapping

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE = b"<!doctype html><title>The quay</title><p>The quay opens on Monday."
HTML = {"Content-Type": "text/html; charset=utf-8"}


def a_warc(*records: Mapping[str, object], is_packed: bool = True) -> bytes:
    """Return a file of records: {url, at, body, status, headers, kind, warc}."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=is_packed)
    for one in records:
        _write(writer, one)
    return out.getvalue()


def _write(writer: WARCWriter, one: Mapping[str, object]) -> None:
    headers, more, body = one.get("headers", HTML), one.get("warc", {}), one.get("body", PAGE)
    assert isinstance(headers, dict)
    assert isinstance(more, dict)
    assert isinstance(body, bytes)
    status = str(one.get("status", "200 OK"))
    writer.write_record(
        writer.create_warc_record(
            str(one.get("url", "http://quay.example/1")),
            str(one.get("kind", "response")),
            payload=io.BytesIO(body),
            length=len(body),  # without it warcio leaves files open
            http_headers=StatusAndHeaders(status, [*headers.items()], "HTTP/1.1"),
            warc_headers_dict={"WARC-Date": one.get("at", "2024-05-17T08:00:00Z"), **more},
        )
    )
