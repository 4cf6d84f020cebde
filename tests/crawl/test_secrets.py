"""No secret of an operator is shown: not in what commands write, not in the log, not in MongoDB."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bson import encode
from pymongo import MongoClient
from pymongo.database import Database

from config import secrets
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed

Document = dict[str, Any]
PROXY, LOGIN, HOOK, TOKEN, MONGO = (
    "proxy-canary-7531",
    "login-canary-8642",
    "hook-canary-9753",
    "token-canary-1864",
    "mongo-canary-2975",
)
ALL = (PROXY, LOGIN, HOOK, TOKEN, MONGO, "bG9naW4tY2FuYXJ5")  # and the login in base64


@pytest.fixture
def home(web: Web, a_home: Callable[..., Home]) -> Home:
    """Return a home whose every secret is a canary, with a site that says back what it is sent."""
    home = a_home()
    headers = {"Authorization": "Basic ${GULL_LOGIN}", "X-Api-Key": "${GULL_TOKEN}"}
    base = home.paper("gull", headers=headers)
    lost = home.paper("lost", headers=headers)
    web.put(f"{base}/feed", feed([f"{base}/1", f"{base}/2", "http://%zz/"]))
    web.put(f"{base}/1", article("secret"))
    web.put(f"{base}/2", Answer(b"", 500))
    web.put(f"{lost}/feed", Answer(b"", 302, headers={"Location": f"http://u:{TOKEN}@[::1/"}))
    loud = home.paper("loud", headers=headers)
    web.put(f"{loud}/feed", feed([f"{loud}/1"]))
    away = {"Location": f"http://{TOKEN.upper()}.example/"}
    web.put(f"{loud}/1", Answer(b"", 302, headers=away))
    return home


def settings_of(home: Home) -> dict[str, str]:
    scheme, _, place = home.proxy.partition("://")
    return {
        "http_proxy": f"{scheme}://operator:{PROXY}@{place}",
        "GULL_LOGIN": f"reader:{LOGIN}",
        "GULL_TOKEN": TOKEN,
        "DATELINE_NOTIFY_WEBHOOK": f"http://hooks.example/services/{HOOK}",
    }


def written(db: Database[Document]) -> Iterator[bytes]:
    for name in db.list_collection_names():
        yield from (encode(document) for document in db[name].find())


def shown(ran: Ran) -> list[str]:
    return [secret for secret in ALL if secret in ran.out + ran.err]


def test_a_run_and_what_tells_of_it_show_none(
    home: Home, mongo_client: MongoClient[Document]
) -> None:
    settings = settings_of(home)

    ran = home.run("crawl", "--all", "--log-level", "DEBUG", "--debug", **settings)

    assert ran.code in {0, 1}
    assert "gull" in ran.err
    assert shown(ran) == []
    gull = "http://gull.example"
    for command in (
        ["status", "--json"],
        ["why", f"{gull}/1"],
        ["why", f"{gull}/2"],
        ["why", "http://loud.example/1"],
        ["sources", "show", "gull"],
        ["sources", "show", "lost"],
        ["sources", "check", "--offline"],
        ["sources", "export", "-"],
        ["articles", "find", "--json"],
        ["extract", f"{gull}/1", "--debug"],
        ["read", f"{gull}/feed", "--debug"],
        ["audit"],
    ):
        assert shown(home.run(*command, **settings)) == [], command
    db = home.db(mongo_client)
    assert db["articles"].count_documents({}) == 1
    assert [secret for secret in ALL for one in written(db) if secret.encode() in one] == []


@pytest.mark.parametrize(
    "uri",
    [
        f"mongodb://keeper:{MONGO}@127.0.0.1:9/?serverSelectionTimeoutMS=200",
        f"mongodb://keeper:{MONGO}/x@127.0.0.1:9/",
        f"mongodb://keeper:7?{MONGO}=1@127.0.0.1:9/",
        f"mongodb://keeper:pa/ss?{MONGO}=more@127.0.0.1:9/",
        f"mongodb://keeper:12/{MONGO}@127.0.0.1:9/",
        f"mongodb://{MONGO}#1@127.0.0.1:9/",
        f"mongodb://keeper:{MONGO}@127.0.0.1:port/",
        f"mongodb://{MONGO}:{MONGO}@127.0.0.1:9/?nonsense=1&tls=maybe",
        f"mongodb://keeper:pass@?{MONGO}@127.0.0.1:9/?a=1",
        f"mongodb://keeper:pass@h/?{MONGO}=1&b@127.0.0.1:9/",
        f"mongodb://keeper:pass@h/{MONGO}.x@127.0.0.1:9/",
        f"mongodb+srv://keeper:{MONGO}@/",
        f"postgres://keeper:{MONGO}@127.0.0.1/",
    ],
)
def test_a_database_that_cannot_be_had_is_told_without_its_password(home: Home, uri: str) -> None:
    for command in (["status"], ["crawl"], ["db", "status"], ["articles", "find"], ["audit"]):
        ran = home.run(*command, "--debug", MONGODB_URI=uri)
        assert ran.code in {69, 78}
        assert shown(ran) == [], ran.err


@pytest.mark.parametrize(
    "address",
    ["ftp://hooks.example/{}", "hooks.example/services/{}", "hooks.example/?key={}", "http:/h/{}"],
)
def test_a_bad_setting_is_told_without_its_secret(home: Home, address: str) -> None:
    ran = home.run("status", "--debug", DATELINE_NOTIFY_WEBHOOK=address.format(HOOK))

    assert ran.code == 78
    assert shown(ran) == []
    assert "DATELINE_NOTIFY_WEBHOOK" in ran.err


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("mongodb://u:p%40ssword@h/", ["p%40ssword", "p@ssword"]),
        ("http://u:pass+word@h:8080", ["pass+word", "pass%2Bword"]),
        ("mongodb://u:sla/shed@h/", ["sla/shed"]),
        ("mongodb://u:pw@h/", []),
        ("https://paper.example/@editor/news", []),
    ],
)
def test_a_password_goes_in_every_form_that_it_has(
    monkeypatch: pytest.MonkeyPatch, address: str, hidden: list[str]
) -> None:
    monkeypatch.setattr(secrets, "_KEPT", set())
    secrets.keep_password(address)

    told = secrets.redacted(f"{address} {' '.join(hidden)} the editor")

    assert not [form for form in hidden if form in told]
    assert told.endswith("the editor")
    assert bool(hidden) == ("***" in told)


def test_what_a_run_keeps_in_its_home_is_its_owner_s_alone(home: Home) -> None:
    place = home.path / "new" / "home"
    ran = home.run("crawl", "--all", DATELINE_HOME=str(place), DATELINE_SOURCES=str(home.catalogue))

    assert ran.code in {0, 1}
    assert place.stat().st_mode & 0o777 == 0o700
    assert [
        path
        for path in place.rglob("*")
        if path.stat().st_mode & 0o077 and path.stat().st_uid == os.getuid()
    ] == []
