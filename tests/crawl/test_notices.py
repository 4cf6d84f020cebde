"""Who fell ill and who got well is told once, to a webhook and by mail."""

import json
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from crawler.politeness.post import PostError, post
from tests.crawl.home import Home
from tests.crawl.server import Answer, Web, article, feed

Document = dict[str, Any]


class Hook(HTTPServer):
    """A webhook that keeps what it was told; ``status``: what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.told: list[Document] = []
        self.status = 204
        self.url = f"http://127.0.0.1:{self.server_port}/hook?key=1"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class _Taker(BaseHTTPRequestHandler):
    server: Hook

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        """Keep what came."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status < 300:
            self.server.told.append({"path": self.path, **json.loads(body)})
        self.send_response(self.server.status)
        self.end_headers()


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook on loopback."""
    with Hook() as server:
        yield server
        server.shutdown()


def test_an_illness_is_told_when_it_begins_and_when_it_is_over(
    web: Web, a_home: Callable[..., Home], hook: Hook
) -> None:
    home = a_home()
    base = home.paper("frail")
    gone, well = Answer(b"", 404), feed([f"{base}/1"])
    web.put(f"{base}/feed", well, gone, gone, gone, gone, well)
    web.put(f"{base}/1", article("frail"))
    settings = {"DATELINE_NOTIFY_WEBHOOK": hook.url, "DATELINE_ALLOW_PRIVATE_ADDRESSES": "true"}
    told, said = [], []
    for day in range(7):
        hook.status = 500 if day == 2 else 204  # it cannot be told at once
        ran = home.crawl("--all", **settings)
        said.append(ran.err)
        told.append([one["health"] for notice in hook.told for one in notice["sources"]])

    assert told == [[], [], [], ["ill"], ["ill"], ["ill", "well"], ["ill", "well"]]
    assert "notify_webhook: the notice could not be sent: it answered 500" in said[2]
    [first] = hook.told[0]["sources"]
    assert (first["source"], first["word"], hook.told[0]["path"]) == (
        "frail",
        "gone",
        "/hook?key=1",
    )
    assert "404" in first["cause"]
    assert first["to_do"]


@pytest.mark.parametrize(("act", "code"), [("kill", -9), ("terminate", 143), ("raise", 1)])
def test_an_illness_that_a_run_could_not_tell_is_the_next_one_s_exit_code(
    web: Web, a_home: Callable[..., Home], act: str, code: int
) -> None:
    home = a_home()
    base, other = home.paper("frail"), home.paper("hale")
    web.put(f"{base}/feed", feed([f"{base}/1"]), Answer(b"", 404))
    web.put(f"{other}/feed", feed([f"{other}/1"]))
    for name in (base, other):
        web.put(f"{name}/1", article(name))
    codes = [home.crawl("--all").code for _ in range(2)]

    struck = home.crawl("--all", DATELINE_FAILPOINT=f"judged:1:{act}")
    of_another = home.crawl("hale")
    next_one = home.crawl()
    last = home.crawl("--all")

    assert codes == [0, 0]
    assert (struck.code, of_another.code) == (code, 0)
    assert (next_one.code, next_one.report["became_ill"]) == (1, ["frail"])
    assert "became ill: frail; see `dateline status`" in next_one.err
    assert (last.code, last.report["became_ill"]) == (0, [])


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://hooks.example/", "no address"),
        ("http://127.0.0.1:9/", "loopback"),
        ("http://localhost/", "loopback"),
        ("http://0x7f.1/", "address"),
        ("http://[::1]/", "loopback"),
        ("nothing", "no address"),
    ],
)
def test_a_webhook_within_is_refused(url: str, words: str) -> None:
    with pytest.raises(PostError, match=words):
        post(url, {}, "Dateline/0")


class _Postman(StreamRequestHandler):
    server: "Mail"

    def handle(self) -> None:
        """Speak as much SMTP as one message needs."""
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word != b"DATA":
                self.wfile.write(b"250 ok\r\n")
                continue
            self.wfile.write(b"354 go on\r\n")
            lines = iter(self.rfile.readline, b".\r\n")
            self.server.taken.append(message_from_bytes(b"".join(lines), policy=default))
            self.wfile.write(b"250 taken\r\n")


class Mail(ThreadingTCPServer):
    """A mail server that keeps what it takes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Postman)
        self.taken: list[Any] = []
        self.place = f"127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


def test_mail_is_sent_once_by_the_first_run_that_can(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    base = home.paper("ailing")
    web.put(f"{base}/feed", feed([]), Answer(b"", 404))
    with Mail() as server:
        places = [server.place, server.place, "127.0.0.1:9", server.place, server.place]
        ran = [
            home.crawl(
                "--all",
                DATELINE_NOTIFY_MAIL="desk@paper.example",
                DATELINE_MAIL_SERVER=place,
            )
            for place in places
        ]
        server.shutdown()

    [message] = server.taken
    assert message["To"] == "desk@paper.example"
    assert message["Subject"] == "Dateline: 1 ill: ailing"
    assert "to do: look for the new feed" in message.get_content()
    assert "notify_mail: the notice could not be sent" in ran[2].err
    assert ran[2].code == 1  # ill, and for no other reason
    assert "notify_mail" not in ran[3].err
