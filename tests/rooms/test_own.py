"""Which requests of a page in the browser are its own, and when its text has come."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from crawler.browser import find
from crawler.browser.own import Asked, Rendered, Shell, failure, is_own, may_ask
from pipelines.records import Failed, Trouble

PAGE = "https://www.lantern.example/harbour/tides"
PLAIN = "http://lantern.example:8080/tides"
SORRY = "<p>Something went wrong. Please try again later.</p>"
SHELL = Shell(url=PAGE, body=b"<body><nav>Home</nav><div id=app></div><script>let x = 1</script>")
REFUSED = Failed(trouble=Trouble.ROBOTS, detail="its robots.txt does not let us")


@pytest.mark.parametrize(
    ("page", "url", "expected"),
    [
        (PAGE, "https://www.lantern.example/app.js", True),
        (PAGE, "https://api.lantern.example/tides.json", True),
        (PAGE, "https://lantern.example/app.js", True),
        (PAGE, "https://LANTERN.example./app.js", True),
        (PAGE, "https://lantern.example:443/app.js", True),
        (PAGE, "https://lantern.example:8443/app.js", False),
        (PAGE, "http://lantern.example/app.js", False),
        (PAGE, "https://lantern.other.example/app.js", False),
        (PAGE, "https://notlantern.example/app.js", False),
        (PAGE, "https://lantern.example@other.example/app.js", False),
        (PAGE, "https://us@lantern.example/app.js", False),
        (PAGE, "wss://lantern.example/socket", False),
        (PAGE, "data:text/javascript,1", False),
        (PAGE, "blob:https://lantern.example/1", False),
        (PAGE, "https://127.0.0.1/app.js", False),
        (PAGE, "https://lantern.example:x/app.js", False),
        (PAGE, "https://[lantern/app.js", False),
        (PLAIN, "http://lantern.example:8080/app.js", True),
        (PLAIN, "http://api.lantern.example:8080/app.js", True),
        (PLAIN, "http://lantern.example/app.js", True),
        (PLAIN, "https://lantern.example/app.js", True),
        (PLAIN, "http://lantern.example:9090/app.js", False),
        ("https://one.github.io/a", "https://two.github.io/app.js", False),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/app.js", True),
        ("http://127.0.0.1:8000/a", "http://127.0.0.2:8000/app.js", False),
    ],
)
def test_an_address_is_a_pages_own(page: str, url: str, expected: bool) -> None:
    assert is_own(page, url) is expected


@pytest.mark.parametrize(
    ("kind", "method", "expected"),
    [
        ("script", "GET", True),
        ("xhr", "GET", True),
        ("fetch", "POST", True),
        ("fetch", "DELETE", False),
        ("fetch", "PUT", False),
        *((kind, "GET", False) for kind in ("image", "media", "font", "stylesheet", "document",
                                             "websocket", "ping", "eventsource", "other")),
    ],
)  # fmt: skip
def test_a_page_asks_for_scripts_and_data_only(kind: str, method: str, expected: bool) -> None:
    assert may_ask(PAGE, "https://lantern.example/x", kind, method) is expected


def rendered(text: str, *asked: Asked) -> Rendered:
    return Rendered(body=f"<body><nav>Home</nav><div id=app>{text}</div>".encode(), asked=asked)


FALLEN = Asked(url="https://lantern.example/tides.json", status=500)
TEXT = "<p>" + "The tide table of the harbour is printed again. " * 10 + "</p>"


@pytest.mark.parametrize(
    ("why", "text", "asked", "trouble"),
    [
        ("nothing failed", "", Asked(url="https://lantern.example/a.js", status=200), None),
        ("its text came, and something else did not", TEXT, FALLEN, None),
        ("a page that says sorry", SORRY, FALLEN, Trouble.STATUS),
        ("a word to scripts is no text", f"<script>{TEXT}</script>", FALLEN, Trouble.STATUS),
        ("the site asks for time", "", Asked(url=PAGE, status=429), Trouble.BUSY),
        ("the data is not there", "", Asked(url=PAGE, status=404), Trouble.STATUS),
        ("no answer", "", Asked(url=PAGE, status=None), Trouble.CONNECTION),
        ("we may not ask", "", Asked(url=PAGE, status=None, why=REFUSED), Trouble.ROBOTS),
    ],
)  # fmt: skip
def test_a_page_that_is_no_more_than_its_shell_fails(
    why: str, text: str, asked: Asked, trouble: Trouble | None
) -> None:
    found = failure(SHELL, rendered(text, asked))

    assert (found and found.trouble) == trouble, why


def test_a_page_that_came_with_its_text_is_no_shell() -> None:
    whole = Shell(url=PAGE, body=f"<body>{TEXT * 2}</body>".encode())

    assert failure(whole, rendered(TEXT * 2, FALLEN)) is None


def test_a_run_without_such_a_source_loads_no_browser() -> None:
    names = "[m for m in sys.modules if 'playwright' in m or m == 'crawler.browser.chromium']"
    program = f"import sys, crawler.run; print({names})"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout.strip() == b"[]"


@pytest.mark.parametrize(
    ("there", "settings", "says"),
    [
        ((None, 1000), {}, "the extra `javascript` is not installed"),
        ((1, 1000), {"browser_path": "/nowhere/chromium"}, "there is no program /nowhere/chromium"),
        ((1, 0), {}, "run dateline as a user of its own"),
        ((1, 0), {"browser_sandbox": False}, None),
        ((1, 1000), {}, None),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(
    there: tuple[int | None, int],
    settings: dict[str, Any],
    says: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    extra, user = there
    monkeypatch.setattr("importlib.util.find_spec", lambda _: extra)
    monkeypatch.setattr("os.geteuid", lambda: user)

    missing = find.missing(Settings(**{"browser_path": sys.executable, **settings}))

    assert missing is None if says is None else says in str(missing)


def test_a_browser_is_looked_for_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: 1)
    assert "apt install chromium" in str(find.missing(Settings(browser_sandbox=False)))

    program = tmp_path / "chromium"
    program.touch(mode=0o755)

    assert find.browser(Settings()) == str(program)
    assert find.missing(Settings(browser_sandbox=False)) is None
