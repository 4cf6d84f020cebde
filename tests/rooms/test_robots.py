"""What a robots.txt allows, as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness.robots import (
    SIZE_MAX,
    Robots,
    address_of,
    allows,
    crawl_delay,
    origin_of,
    product,
    received,
)

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
AGENT = "Dateline/0.1 (+mailto:desk@lantern.example)"
PAGE = "https://lantern.example/news/bridge?page=2"


def robots(status: int | None, body: bytes | None = b"", hours: float = 24) -> Robots:
    return received("https://lantern.example", status, body, NOW, hours)


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        pytest.param(b"", True, id="an empty file forbids nothing"),
        pytest.param(b"User-agent: *\nDisallow: /", False, id="all are kept out"),
        pytest.param(b"User-agent: *\nDisallow:", True, id="an empty rule forbids nothing"),
        pytest.param(b"User-agent: *\nDisallow: /admin", True, id="another folder is forbidden"),
        pytest.param(b"User-agent: *\nDisallow: /news", False, id="our folder is forbidden"),
        pytest.param(
            b"User-agent: *\nDisallow: /news\nAllow: /news/bridge", True, id="the longer rule wins"
        ),
        pytest.param(
            b"User-agent: *\nDisallow: /news/\nAllow: /news/", True, id="of equals the kinder wins"
        ),
        pytest.param(b"User-agent: *\nDisallow: /*?page=", False, id="a star spans any text"),
        pytest.param(b"User-agent: *\nDisallow: /news/bridge$", True, id="a dollar ends the path"),
        pytest.param(
            b"User-agent: *\nDisallow: /\n\nUser-agent: dateline\nAllow: /", True, id="ours first"
        ),
        pytest.param(
            b"User-agent: *\nAllow: /\n\nUser-agent: DATELINE\nDisallow: /", False, id="any case"
        ),
        pytest.param(
            b"User-agent: Dateline/2.0\nDisallow: /", False, id="a version is no part of the name"
        ),
        pytest.param(
            b"User-agent: OtherBot\nUser-agent: Dateline\nDisallow: /", False, id="a shared group"
        ),
        pytest.param(b"User-agent: mailto\nDisallow: /", True, id="the contact is not our name"),
        pytest.param(
            b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /", False, id="a byte order mark is no text"
        ),
        pytest.param(b"<!doctype html><p>Disallow: /</p>", True, id="a page in its place"),
        pytest.param(b"User-agent: *\nDisallow: /\xff\xfe\n", True, id="bytes that are no UTF-8"),
    ],
)
def test_a_file_allows_what_its_rules_say(body: bytes, allowed: bool) -> None:
    assert allows(robots(200, body), PAGE, AGENT) is allowed


@pytest.mark.parametrize(
    ("status", "allowed", "hours"),
    [
        (200, False, 24),
        (204, False, 24),
        (404, True, 24),
        (403, True, 24),
        (410, True, 24),
        (301, True, 24),  # more redirects than are followed: as if there were none (2.3.1.2)
        (206, False, 1),
        (304, False, 1),
        (429, False, 1),
        (500, False, 1),
        (503, False, 1),
        (None, False, 1),
    ],
)
def test_a_status_decides_where_no_file_was_had(
    status: int | None, allowed: bool, hours: int
) -> None:
    got = robots(status, b"User-agent: *\nDisallow: /")

    assert allows(got, PAGE, AGENT) is allowed
    assert got.expires_at == NOW + timedelta(hours=hours)
    assert (got.body is not None) == (status in {200, 204})


def test_an_answer_is_believed_long_enough_to_be_used() -> None:
    assert robots(200, hours=0).expires_at == NOW + timedelta(minutes=1)


def test_the_file_itself_may_always_be_asked_for() -> None:
    assert allows(
        robots(200, b"User-agent: *\nDisallow: /"), "https://lantern.example/robots.txt", AGENT
    )


def test_what_is_past_the_limit_is_cut_at_a_line() -> None:
    body = b"User-agent: *\n" + b"# filling\n" * (SIZE_MAX // 10) + b"Disallow: /news\n"

    got = robots(200, body)

    assert got.body is not None
    assert len(got.body) <= SIZE_MAX
    assert got.body.endswith(b"# filling")
    assert allows(got, PAGE, AGENT)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b"User-agent: *\nCrawl-delay: 7", 7.0),
        (b"User-agent: *\nCrawl-delay: 7\n\nUser-agent: dateline\nCrawl-delay: 2.5", 2.5),
        (b"User-agent: *\nDisallow: /x", None),
        (b"User-agent: *\nCrawl-delay: soon", None),
        (b"User-agent: *\nCrawl-delay: -4", None),
        (b"User-agent: *\nCrawl-delay: inf", None),
    ],
)
def test_crawl_delay_is_the_one_of_our_group(body: bytes, seconds: float | None) -> None:
    assert crawl_delay(robots(200, body), AGENT) == seconds


def test_no_file_asks_for_no_delay() -> None:
    assert crawl_delay(robots(404), AGENT) is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Lantern.example:443/a?b#c", "https://lantern.example"),
        ("http://lantern.example:80", "http://lantern.example"),
        ("http://lantern.example:8080/a", "http://lantern.example:8080"),
        ("https://reader:word@lantern.example/", "https://lantern.example"),
        ("https://Lantern.example./a", "https://lantern.example"),
        ("https://ГАЗЕТА.example/a", "https://xn--80aahjj1e.example"),
        ("http://[2001:DB8::1]:81/a", "http://[2001:db8::1]:81"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin
    assert origin_of(address_of(origin)) == origin


@pytest.mark.parametrize(
    "url", ["/news", "mailto:desk@lantern.example", "http://a:99999/", "http://["]
)
def test_what_has_no_host_has_no_origin(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        origin_of(url)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (AGENT, "Dateline"),
        ("Dateline", "Dateline"),
        ("Mozilla/5.0 (compatible; Dateline/0.1; +https://lantern.example/)", "Dateline"),
    ],
)
def test_we_go_by_our_product_token(agent: str, name: str) -> None:
    assert product(agent) == name


@given(body=st.binary(max_size=200), path=st.text(max_size=50))
def test_no_file_and_no_address_is_too_odd_to_judge(body: bytes, path: str) -> None:
    got = robots(200, b"User-agent: *\nDisallow: " + body)

    assert allows(got, "https://lantern.example/" + path, AGENT) in {True, False}
