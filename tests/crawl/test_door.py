"""The one door, over real loopback HTTP: what it refuses, what it cuts, what it obeys."""

import gzip
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROBOTS = b"User-agent: *\nDisallow: /shut\n"
BOMB = gzip.compress(bytes(30_000_000), 1)
HEADS = {
    "/layers": {"Content-Encoding": ", ".join(["gzip"] * 9)},
    "/head": {f"X-Flood-{number}": "y" * 900 for number in range(300)},
}
OPEN = {"allow_private_addresses": True}
INSIDE = "127.0.0.1 2130706433 0x7f000001 0177.0.0.1 127.1 [::1] [::ffff:127.0.0.1] localhost"


class Paper(ThreadingHTTPServer):
    """A site on loopback; as a proxy it answers for every host."""

    daemon_threads = True

    def __init__(self, robots: int = 200) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.robots = robots
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return an address of this site by one of the machine's names."""
        return f"http://{host}:{self.server_port}{path}"


class Desk(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    protocol_version = "HTTP/1.1"
    server: Paper

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def do_CONNECT(self) -> None:
        """Refuse, as a proxy, what we only wanted to hear of."""
        self.server.asked.append(f"CONNECT {self.path}")
        self.answer(403, b"")

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        path, _, target = self.path.removeprefix("http://lantern.example").partition("?")
        match path:
            case "/robots.txt":
                self.answer(self.server.robots, ROBOTS)
            case "/to":
                self.answer(302, b"", Location=target)
            case "/bomb":
                self.answer(200, BOMB, **{"Content-Encoding": "gzip"})
            case "/layers" | "/head":
                self.answer(200, b"x", **HEADS[path])
            case "/torn":
                self.answer(200, b"half", **{"Content-Length": "100"})
            case "/drip":
                self.drip()
            case "/missing":
                self.answer(404, b"")
            case _:
                self.answer(200, b"<p>The ferry is back.</p>")

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """Send it all at once and close."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def drip(self) -> None:
        """Send a byte every tenth of a second, for longer than anyone waits."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        for _ in range(100):
            try:
                self.wfile.write(b".")
            except OSError:
                break
            time.sleep(0.1)
        self.close_connection = True


@pytest.fixture(scope="module")
def paper() -> Iterator[Paper]:
    with Paper() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def closed() -> Iterator[Paper]:
    with Paper(robots=503) as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def proxy() -> Iterator[Paper]:
    with Paper() as server:
        yield server
        server.shutdown()


Outcome = dict[str, Any]


@pytest.fixture(scope="module")
def told(paper: Paper, closed: Paper, proxy: Paper) -> dict[str, list[Outcome]]:
    """What became of every address, by the name of its errand: all in one process."""
    environ = {"http_proxy": proxy.url(""), "https_proxy": proxy.url("")}
    pages = (
        "/page /to?/page /to?/shut/1 /shut/1 /to?/to?/to?/page /missing /bomb /layers /head /torn"
    )
    errands: dict[str, dict[str, Any]] = {
        "guarded": {"urls": [paper.url("/inside", host) for host in INSIDE.split()]},
        "open": {"urls": [paper.url(path) for path in pages.split()], "settings": OPEN},
        "hops": {
            "urls": [paper.url("/to?/page"), paper.url("/to?/to?/page")],
            "settings": {**OPEN, "redirects_max": 1},
        },
        "slow": {"urls": [paper.url("/drip")], "settings": OPEN},
        "closed": {"urls": [closed.url("/page")], "settings": OPEN},
        "schemes": {"urls": ["file:///etc/hosts", "ftp://lantern.example/", "no address"]},
        "proxied": {
            "urls": [
                "http://lantern.example/page",
                "http://lantern.example/to?http://127.0.0.1/inside",
                "http://lantern.example/to?http://2130706433/inside",
                "http://10.0.0.1/inside",
                "http://localhost/inside",
                "https://lantern.example/page",
            ],
            "environ": environ,
        },
        "unproxied": {
            "urls": [paper.url("/inside", "localhost"), paper.url("/inside")],
            "environ": {**environ, "no_proxy": "localhost,127.0.0.1"},
        },
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.crawl.errand"],
        input=json.dumps(list(errands.values())),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return dict(zip(errands, json.loads(done.stdout), strict=True))


def gist(outcomes: list[Outcome]) -> list[str | int]:
    return [got.get("status") or got["trouble"] for got in outcomes]


def test_no_spelling_of_an_inner_address_gets_a_packet_out(
    told: dict[str, list[Outcome]], paper: Paper
) -> None:
    assert gist(told["guarded"]) == ["private-address"] * len(INSIDE.split())
    assert gist(told["unproxied"]) == ["private-address"] * 2
    assert not [path for path in paper.asked if "inside" in path]


def test_pages_arrive_and_what_is_wrong_with_the_others_has_its_name(
    told: dict[str, list[Outcome]], paper: Paper
) -> None:
    page, moved, shut_by_redirect, shut, moved_often, *ill = told["open"]

    assert gist([page, moved]) == [200, 200]
    assert moved["url"] == paper.url("/page")
    assert gist([shut_by_redirect, shut, moved_often]) == ["robots", "robots", 200]
    assert gist(ill) == ["not-found", "too-large", "damaged", "damaged", "damaged"]


def test_robots_is_asked_for_once_and_first_and_obeyed_at_each_hop(
    told: dict[str, list[Outcome]], paper: Paper
) -> None:
    errands = Counter(paper.asked)["/robots.txt"]

    assert paper.asked[0] == "/robots.txt"
    assert errands == len([name for name in ("open", "hops", "slow") if name in told])
    assert not [path for path in paper.asked if path.startswith("/shut")]


def test_a_robots_txt_that_cannot_be_had_forbids_all(
    told: dict[str, list[Outcome]], closed: Paper
) -> None:
    assert gist(told["closed"]) == ["status"]
    assert closed.asked == ["/robots.txt"]


def test_redirects_are_followed_so_far_and_no_further(told: dict[str, list[Outcome]]) -> None:
    assert gist(told["hops"]) == [200, "redirects"]


def test_an_answer_that_drips_is_cut_at_its_time(told: dict[str, list[Outcome]]) -> None:
    assert gist(told["slow"]) == ["timeout"]


def test_no_scheme_but_http_is_spoken(told: dict[str, list[Outcome]]) -> None:
    assert gist(told["schemes"]) == ["dns", "connection", "dns"]


def test_a_proxy_gets_names_and_no_inner_address(
    told: dict[str, list[Outcome]], proxy: Paper
) -> None:
    page, *inner, tunnelled = told["proxied"]

    assert gist([page, *inner, tunnelled]) == [200, *["private-address"] * 4, "connection"]
    assert proxy.asked[:2] == ["http://lantern.example/robots.txt", "http://lantern.example/page"]
    assert proxy.asked[-1] == "CONNECT lantern.example:443"
    assert not [path for path in proxy.asked if path.endswith("/inside") and "/to?" not in path]


def test_we_say_who_we_are_and_nothing_of_where_we_come_from(
    told: dict[str, list[Outcome]], paper: Paper
) -> None:
    assert told["open"]
    assert {headers["user-agent"] for headers in paper.headers} == {
        "Dateline/0.1 (+mailto:dateline@localhost)"
    }
    assert not [headers for headers in paper.headers if {"referer", "cookie"} & headers.keys()]
