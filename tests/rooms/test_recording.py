"""What is read of WARC files: pages, why others are none, and where a file is damaged."""

import gzip
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.recording import Broken, Found, Recorded, Unusable, pages
from tests.warc import HTML, PAGE, a_warc

MOST = 10_000


def read(written: bytes, most: int = MOST) -> list[Found]:
    return list(pages(io.BytesIO(written), most))


def kinds(found: list[Found]) -> list[str]:
    return [one.value if isinstance(one, Unusable) else type(one).__name__ for one in found]


CHUNKED = (
    b"10\r\n" + PAGE[:16] + b"\r\n" + b"%x\r\n" % len(PAGE[16:]) + PAGE[16:] + b"\r\n0\r\n\r\n"
)
WHOLE = [
    ("as it is", {}, PAGE),
    ("gzip", {"Content-Encoding": "gzip"}, gzip.compress(PAGE)),
    ("deflate", {"Content-Encoding": "deflate"}, zlib.compress(PAGE)),
    ("deflate without a head", {"Content-Encoding": "deflate"}, zlib.compress(PAGE)[2:-4]),
    ("unpacked by who recorded it", {"Content-Encoding": "br"}, PAGE),
    ("chunked", {"Transfer-Encoding": "chunked"}, CHUNKED),
    ("chunks put together by who recorded it", {"Transfer-Encoding": "chunked"}, PAGE),
]


@pytest.mark.parametrize(("headers", "body"), [row[1:] for row in WHOLE], ids=[r[0] for r in WHOLE])
@pytest.mark.parametrize("is_packed", [True, False])
def test_a_page_is_read_as_the_site_wrote_it(
    headers: dict[str, str], body: bytes, is_packed: bool
) -> None:
    written = a_warc({"headers": HTML | headers, "body": body}, is_packed=is_packed)

    [found] = read(written)

    assert isinstance(found, Recorded)
    assert (found.body, found.url) == (PAGE, "http://quay.example/1")
    assert found.at.isoformat() == "2024-05-17T08:00:00+00:00"
    assert found.content_type == HTML["Content-Type"]


NONE = [
    (Unusable.STATUS, {"status": "404 Not Found"}),
    (Unusable.STATUS, {"status": "301 Moved"}),
    (Unusable.NOT_HTML, {"headers": {"Content-Type": "application/pdf"}}),
    (Unusable.REVISIT, {"kind": "revisit"}),
    (Unusable.TRUNCATED, {"warc": {"WARC-Truncated": "length"}}),
    (Unusable.TOO_LARGE, {"body": PAGE * 1_000}),
    (
        Unusable.TOO_LARGE,
        {"headers": HTML | {"Content-Encoding": "gzip"}, "body": gzip.compress(b" " * 10**7)},
    ),
    (Unusable.ENCODING, {"headers": HTML | {"Content-Encoding": "br"}, "body": b"\x1b\x03\x00"}),
    (
        Unusable.ENCODING,
        {"headers": HTML | {"Content-Encoding": "gzip"}, "body": gzip.compress(PAGE)[:-9]},
    ),
    (Unusable.EMPTY, {"body": b" \n"}),
    (Unusable.UNDATED, {"at": "yesterday"}),
]


@pytest.mark.parametrize(("why", "record"), NONE)
def test_what_is_no_page_is_told_why_and_the_next_is_read(
    why: Unusable, record: dict[str, object]
) -> None:
    found = read(a_warc(record, {}))

    assert kinds(found) == [why.value, "Recorded"]


def test_an_address_with_blanks_is_read_and_written_into_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    [found] = read(a_warc({"url": "http://quay.example/a \x1b[2J ferry"}))

    assert isinstance(found, Recorded)
    assert not caplog.records


def test_other_records_are_passed_over() -> None:
    assert kinds(read(a_warc({"kind": "request"}, {"kind": "metadata"}, {}))) == ["Recorded"]


def test_all_records_in_one_gzip_member_are_read() -> None:
    written = gzip.compress(a_warc({}, {}, {}, is_packed=False))

    assert kinds(read(written)) == ["Recorded"] * 3


@pytest.mark.parametrize("is_packed", [True, False])
def test_a_file_that_breaks_off_gives_what_is_whole_and_says_where(is_packed: bool) -> None:
    two, torn = a_warc({}, {}, is_packed=is_packed), a_warc({}, is_packed=is_packed)[:200]

    found = read(two + torn)

    assert kinds(found) == ["Recorded", "Recorded", "Broken"]
    assert isinstance(found[-1], Broken)
    assert found[-1].at == len(two)


@pytest.mark.parametrize("is_packed", [True, False])
def test_behind_a_damaged_record_the_next_whole_one_is_found(is_packed: bool) -> None:
    one = a_warc({}, is_packed=is_packed)
    written = bytearray(one * 3)
    written[len(one) + 4 : len(one) + 30] = bytes(26)

    found = read(bytes(written))

    assert kinds(found) == ["Recorded", "Broken", "Recorded"]
    assert isinstance(found[1], Broken)
    assert found[1].at == len(one)


def test_a_file_of_beginnings_is_read_once_and_not_as_often_as_it_has_some() -> None:
    found = read(b"WARC/1.0\r\n" * 20_000 + a_warc({}, is_packed=False))

    assert kinds(found) == ["Broken"] * 20_000 + ["Recorded"]


def test_what_is_no_warc_file_is_one_damage() -> None:
    assert kinds(read(b"%PDF-1.7 and more")) == ["Broken"]
    assert read(b"") == []


@given(cuts=st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=8)), max_size=6))
@pytest.mark.parametrize("is_packed", [True, False])
def test_no_damage_makes_it_stumble_or_read_without_end(
    is_packed: bool, cuts: list[tuple[int, bytes]]
) -> None:
    written = bytearray(a_warc({}, {"status": "404 No"}, {}, is_packed=is_packed))
    for at, put in cuts:
        written[at : at + len(put)] = put

    found = read(bytes(written))

    assert len(found) <= 3 + 2 * len(cuts) + 1
