"""Papers whose text comes by script, read through the chromium of this machine."""

import json
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from pymongo import MongoClient

from crawler.browser import scratch
from crawler.browser.find import NAMES
from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran, ended, until
from tests.crawl.server import Answer, Web, article, feed, paragraphs, robots

Document = dict[str, Any]
pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, NAMES)), reason="no chromium is installed: apt install chromium"
)
NO_SANDBOX = {"DATELINE_BROWSER_SANDBOX": "false", "DATELINE_RUN_PATIENCE": "0"}
BROWSER = {**NO_SANDBOX, "DATELINE_BROWSER_SECONDS": "5"}
SHELL = (
    "<!doctype html><html lang='en'><head><title>News</title>{head}</head><body><div id='app'>"
    "</div><script src='{script}'></script></body></html>"
)
APP = """
fetch('%s').then(answer => answer.json()).then(found => {
  document.title = found.title;
  document.querySelector('#app').innerHTML = '<article><h1>' + found.title + '</h1>' +
    found.text.map(line => '<p>' + line + '</p>').join('') + '</article>';
});
"""


class Targets:
    """Ports of this machine that nobody may reach, over TCP and UDP; counts who comes."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        for watch in (self._connections, self._datagrams):
            threading.Thread(target=watch, daemon=True).start()

    def _connections(self) -> None:
        while True:
            try:
                connection, _ = self.tcp.accept()
            except OSError:
                return
            self.came.append("tcp")
            connection.close()

    def _datagrams(self) -> None:
        while True:
            try:
                self.udp.recv(2048)
            except OSError:
                return
            self.came.append("udp")


@pytest.fixture(scope="module")
def targets() -> Iterator[Targets]:
    """The ports; tried once, so that it is known that they count."""
    made = Targets()
    socket.create_connection(("127.0.0.1", made.port)).close()
    made.udp.sendto(b"x", ("127.0.0.1", made.port))
    until(lambda: sorted(made.came) == ["tcp", "udp"])
    made.came.clear()
    yield made
    made.tcp.close()
    made.udp.close()


def json_of(seed: str, **headers: str) -> Answer:
    body = json.dumps({"title": f"News of {seed}", "text": paragraphs(seed)}).encode()
    return Answer(body, headers={"Content-Type": "application/json", **headers})


def script(text: str) -> Answer:
    return Answer(text.encode(), headers={"Content-Type": "text/javascript"})


def a_scripted_paper(web: Web, home: Home, name: str, *pages: str, head: str = "") -> str:
    """A paper whose pages are one shell; the text of each is data of its own."""
    base = home.paper(name, javascript=True)
    for one in pages:
        web.put(f"{base}/{one}", SHELL.format(head=head, script=f"/{one}.js"))
        web.put(f"{base}/{one}.js", script(APP % f"/data/{one}.json"))
        web.put(f"{base}/data/{one}.json", json_of(f"{name} {one}"))
    web.put(f"{base}/feed", feed([f"{base}/{one}" for one in pages]))
    return base


PROBE = """
const far = 'http://other.example', near = 'http://127.0.0.1:%d', meta = 'http://169.254.169.254';
const quietly = work => { try { const done = work(); if (done && done.catch) done.catch(() => 0); }
  catch (error) { } };
const add = (tag, keys) =>
  document.body.appendChild(Object.assign(document.createElement(tag), keys));
for (const at of [far, near, meta]) {
  add('img', {src: at + '/image'});
  add('script', {src: at + '/script.js'});
  add('iframe', {src: at + '/frame'});
  add('link', {rel: 'stylesheet', href: at + '/style'});
  add('link', {rel: 'prefetch', href: at + '/prefetch'});
  add('link', {rel: 'preload', as: 'fetch', href: at + '/preload'});
  add('link', {rel: 'preconnect', href: at});
  add('link', {rel: 'dns-prefetch', href: at});
  add('video', {src: at + '/video', autoplay: true});
  quietly(() => fetch(at + '/fetch', {mode: 'no-cors'}));
  quietly(() => fetch(at + '/kept', {mode: 'no-cors', method: 'POST', keepalive: true, body: 'x'}));
  quietly(() => navigator.sendBeacon(at + '/beacon', 'x'));
  quietly(() => new WebSocket(at.replace('http', 'ws') + '/socket'));
  quietly(() => new EventSource(at + '/events'));
  quietly(() => window.open(at + '/opened'));
  quietly(() => { const request = new XMLHttpRequest(); request.open('GET', at + '/xhr');
    request.send(); });
}
add('img', {src: '/image'});
add('iframe', {src: '/frame'});
add('iframe', {srcdoc: '<script>fetch("' + far + '/inner"); new WebSocket("ws://other.example/i")</script>'});
add('link', {rel: 'prefetch', href: '/prefetch'});
add('a', {href: '/download', download: 'x'}).click();
quietly(() => new WebSocket('ws://' + location.host + '/socket'));
quietly(() => navigator.serviceWorker.register('/worker.js'));
quietly(() => new Worker('/worker.js'));
quietly(() => new Worker(URL.createObjectURL(new Blob(["fetch('http://other.example/blob')"]))));
quietly(() => { const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%d'}]});
  peer.createDataChannel('x');
  peer.createOffer().then(offer => peer.setLocalDescription(offer)); });
quietly(() => new WebTransport('https://127.0.0.1:%d/'));
const bare = add('iframe', {}).contentWindow;  // a window that no script of ours has seen
quietly(() => new bare.WebSocket('ws://other.example/bare'));
quietly(() => new bare.WebTransport('https://127.0.0.1:%d/'));
quietly(() => {
  const peer = new bare.RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%d'}]});
  peer.createDataChannel('x');
  peer.createOffer().then(offer => peer.setLocalDescription(offer)); });
quietly(() => bare.fetch('http://other.example/bare'));
quietly(() => bare.navigator.sendBeacon('http://other.example/bare', 'x'));
quietly(() => fetch('/away'));
quietly(() => fetch('/inward'));
quietly(() => fetch('/aside'));
quietly(() => fetch('/private/data'));
quietly(() => fetch('/hidden', {method: 'DELETE'}));
setTimeout(() => { location.href = far + '/gone'; }, 300);
"""
PROBED = [
    "robots.txt", "feed", "page", "page.js", "probe.js", "data/page.json",
    "away", "inward", "aside",
]  # fmt: skip


def put_probe(web: Web, home: Home, port: int) -> None:
    """A page that tries whatever there is to reach what is not its own."""
    base = a_scripted_paper(web, home, "probe", "page", head="<script src='/probe.js'></script>")
    head = "<script defer src='/probe.js'></script>"
    web.put(f"{base}/page", SHELL.format(head=head, script="/page.js"))
    web.put(f"{base}/probe.js", script(PROBE % ((port,) * 5)))
    web.put(f"{base}/robots.txt", robots("User-agent: *", "Disallow: /private/"))
    web.put(f"{base}/away", Answer(b"", 302, {"Location": "http://other.example/away"}))
    web.put(f"{base}/inward", Answer(b"", 302, {"Location": f"http://127.0.0.1:{port}/inward"}))
    web.put(f"{base}/aside", Answer(b"", 302, {"Location": "/private/aside"}))


def put_broken(web: Web, home: Home) -> None:
    """Papers whose scripts or data do not come."""
    base = a_scripted_paper(web, home, "fallen", "page")
    web.put(f"{base}/data/page.json", Answer(b"", 500))
    base = a_scripted_paper(web, home, "shy", "page")
    web.put(f"{base}/robots.txt", robots("User-agent: *", "Disallow: /data/"))
    base = a_scripted_paper(web, home, "loops", "page", "well")
    web.put(f"{base}/page.js", script("setTimeout(() => { for (;;) { } }, 0)"))


def put_api(web: Web, home: Home) -> None:
    """Data from another host of the paper's own domain, which has a robots.txt of its own."""
    base = a_scripted_paper(web, home, "wide", "page", "hidden")
    api = "http://api.wide.example"
    for one in ("page", "hidden"):
        web.put(f"{base}/{one}.js", script(APP % f"{api}/{one}.json"))
        web.put(f"{api}/{one}.json", json_of(f"wide {one}", **{"Access-Control-Allow-Origin": "*"}))
    web.put(f"{api}/robots.txt", robots("User-agent: *", "Disallow: /hidden"))


def put_section(web: Web, home: Home) -> None:
    """A front page whose links come by script."""
    base = home.paper("front", sections=["http://front.example/news"], javascript=True, feeds=[])
    links = "".join(
        f"<li><h3><a href='/2026/11/{n}-{w}'>The {w} of the valley is opened on Monday</a></h3>"
        for n, w in enumerate(("bridge", "tram", "ferry", "library"))
    )
    page_of = "<html><body><a href='/'>Home</a><ul id='list'></ul><script src='/list.js'></script>"
    web.put(f"{base}/news", page_of)
    web.put(f"{base}/list.js", script(f"document.querySelector('#list').innerHTML = {links!r}"))
    for number, word in enumerate(("bridge", "tram", "ferry", "library")):
        web.put(f"{base}/2026/11/{number}-{word}", article(f"front {word}"))


@pytest.fixture(scope="module")
def crawled(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], targets: Targets
) -> tuple[Home, Ran, Document]:
    """All of these papers in one run, with one browser."""
    home = a_home()
    a_scripted_paper(web, home, "scripted", "one", "two")
    put_probe(web, home, targets.port)
    put_broken(web, home)
    put_api(web, home)
    put_section(web, home)
    ran = home.crawl(**BROWSER)
    rows = {row["url"]: row for row in home.db(mongo_client)["frontier"].find()}
    return home, ran, rows


def test_a_page_is_stored_with_the_text_that_its_scripts_bring(
    crawled: tuple[Home, Ran, Document], mongo_client: MongoClient[Document]
) -> None:
    home, ran, rows = crawled
    db = home.db(mongo_client)

    row = rows["http://scripted.example/one"]
    stored = db["articles"].find_one({"_id": row["article"]})

    assert ran.code == 0, ran.err
    assert stored
    assert stored["title"] == "News of scripted one"
    assert stored["text"].split("\n\n") == paragraphs("scripted one")
    raw = db["pages"].find_one({"_id": row["_id"]})
    assert raw
    assert raw["headers"]["x-dateline-rendered"].startswith("chromium ")
    assert audit(db).is_clean


def test_each_address_is_asked_for_once(crawled: tuple[Home, Ran, Document], web: Web) -> None:
    asked = web.asked("scripted.example/")

    assert sorted(asked) == [
        "http://scripted.example/data/one.json",
        "http://scripted.example/data/two.json",
        "http://scripted.example/feed",
        "http://scripted.example/one",
        "http://scripted.example/one.js",
        "http://scripted.example/two",
        "http://scripted.example/two.js",
    ]


def test_nothing_of_a_page_reaches_what_is_not_its_own(
    crawled: tuple[Home, Ran, Document], web: Web, targets: Targets
) -> None:
    rows = crawled[2]

    asked = {one.url for one in web.log if "probe.example" in one.url}
    others = {one.host for one in web.log} - {urlsplit(one["url"]).netloc for one in rows.values()}

    assert rows["http://probe.example/page"]["state"] == "stored"
    assert asked == {f"http://probe.example/{path}" for path in PROBED}
    assert others == {"api.wide.example"}
    assert targets.came == []


def test_robots_txt_holds_for_data_at_every_host(
    crawled: tuple[Home, Ran, Document], web: Web
) -> None:
    rows = crawled[2]

    standing = {url: (rows[url]["state"], rows[url]["reason"]) for url in rows if "/hidden" in url}

    assert standing == {"http://wide.example/hidden": ("retrying", "robots")}
    assert rows["http://wide.example/page"]["state"] == "stored"
    assert web.asked("api.wide.example") == ["http://api.wide.example/page.json"]
    assert len([one for one in web.log if one.url == "http://api.wide.example/robots.txt"]) == 1


@pytest.mark.parametrize(
    ("url", "state", "reason", "says"),
    [
        ("http://fallen.example/page", "retrying", "status", "/data/page.json answered 500"),
        ("http://shy.example/page", "retrying", "robots", "robots.txt does not let us"),
        ("http://loops.example/page", "quarantined", "page-time", "took more than 5 s"),
    ],
)
def test_a_shell_is_never_stored(
    crawled: tuple[Home, Ran, Document], url: str, state: str, reason: str, says: str
) -> None:
    row = crawled[2][url]

    assert (row["state"], row["reason"], row["article"]) == (state, reason, None)
    assert says in row["detail"]


def test_a_page_after_one_that_was_killed_is_read(crawled: tuple[Home, Ran, Document]) -> None:
    assert crawled[2]["http://loops.example/well"]["state"] == "stored"


def test_links_that_come_by_script_are_found(crawled: tuple[Home, Ran, Document]) -> None:
    found = {url: row["state"] for url, row in crawled[2].items() if "front" in url}

    assert len(found) == 4
    assert set(found.values()) == {"stored"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_the_browser_outlives_a_run_that_is_ended(
    number: signal.Signals, web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    base = a_scripted_paper(web, home, f"ended{number}", "page")
    web.put(f"{base}/page.js", script("for (;;) { }"))
    before = len(web.log)

    run = home.begin("crawl", DATELINE_BROWSER_SECONDS="60", **NO_SANDBOX)
    until(lambda: any(one.url == f"{base}/page.js" for one in web.log[before:]))
    browser = [p for p in psutil.Process(run.pid).children(recursive=True) if "chrom" in p.name()]
    folder = Path((home.path / "browser.folder").read_text(encoding="utf-8"))
    run.send_signal(number)
    ran = ended(run)

    assert len(browser) > 3
    assert ran.code == (143 if number == signal.SIGTERM else -number)
    until(lambda: not any(is_alive(process) for process in browser))
    assert (number == signal.SIGKILL) == folder.exists()
    if folder.exists():
        scratch.remove(scratch.make(home.path))
        assert not folder.exists()


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_without_a_browser_its_pages_say_what_to_install(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    a_scripted_paper(web, home, "bare", "page")

    ran = home.crawl(DATELINE_BROWSER_PATH="/nowhere/chromium", **NO_SANDBOX)
    checked = home.run("sources", "check", DATELINE_BROWSER_PATH="/nowhere/chromium")

    row = home.db(mongo_client)["frontier"].find_one({})
    assert row
    assert (row["state"], row["reason"], row["article"]) == ("retrying", "browser", None)
    assert row["detail"] == (
        "its text comes by script: browser_path: there is no program /nowhere/chromium"
    )
    assert ran.err.count("\n") <= 2
    assert "bare: javascript: browser_path: there is no program /nowhere/chromium" in checked.out
