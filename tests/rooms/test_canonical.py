"""One form for the addresses of one page; two pages are never made one."""

import re
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipelines.identify.canonical import article_id, canonical, ledger_key
from pipelines.identify.parameters import PARAMETERS
from pipelines.identify.parts import Parts
from pipelines.identify.rules import RULES, Rule

TABLE: list[dict[str, Any]] = YAML(typ="safe").load(
    Path(__file__).parent.parent / "cases" / "identify" / "addresses.yaml"
)


def _cases(kind: str) -> list[Any]:
    return [
        pytest.param(case["one"], case["other"], id=f"{table['rule']}: {case['why']}")
        for table in TABLE
        for case in table[kind]
    ]


@pytest.mark.parametrize(("one", "other"), _cases("same"))
def test_addresses_of_one_page_have_one_form(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(("one", "other"), _cases("apart"))
def test_addresses_of_two_pages_keep_two_forms(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_every_rule_has_a_case_where_it_acts_and_one_where_it_must_not() -> None:
    assert [table["rule"] for table in TABLE] == [*(rule.name for rule in RULES), "spelling"]
    assert all(table["same"] and table["apart"] for table in TABLE)


def test_every_rule_and_parameter_says_why() -> None:
    assert all(rule.why for rule in RULES)
    assert all(parameter.why for parameter in PARAMETERS)


def test_no_rule_names_a_host() -> None:
    code = Path(__file__).parents[2] / "pipelines" / "identify"
    text = "".join((code / f"{name}.py").read_text() for name in ("rules", "wrappers"))

    assert not re.search(r"\w\.(com|net|org|kz|ru)\b", text)


def test_the_form_itself() -> None:
    written = "HTTP://www.Lantern.example:80/a/../b//?z=1&utm_source=x&a=%c3%a9#top"

    assert canonical(written) == "https://lantern.example/b?a=%C3%A9&z=1"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "lantern.example/x",
        "//lantern.example/x",
        "ftp://lantern.example/x",
        "mailto:desk@lantern.example",
        "javascript:void(0)",
        "http://",
        "http:///x",
        "http://lan tern.example/",
        "http://lantern.example:port/",
        "http://[2001:db8b8b8::1]/",
        "http://lantern.example:99999/",
        "http://lantern..example/",
        "http://lantern.example\\x",
        "http://" + "a" * 64 + ".example/",
        "http://lantern.example/" + "x" * 9000,
        "http://lantern.example/\ud800",
        "http://lan\udcfftern.example/",
        "http://ö\u0378.example/",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|host|port|UTF-8") as raised:
        canonical(address)

    assert type(raised.value) is ValueError


@pytest.mark.parametrize("dress", ["/m", "/amp", ",amp", ".print", "/index.html"])
def test_an_address_that_is_made_of_dresses_takes_few_rounds(
    dress: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = []

    def count(parts: Parts) -> Parts:
        rounds.append(parts)
        return parts

    monkeypatch.setattr("pipelines.identify.canonical.RULES", (Rule("-", "-", count), *RULES))
    for address in (
        f"https://quay.example/5{dress * 700}",
        f"https://quay.example/x{dress * 700}/5",
    ):
        canonical(address)

    assert len(rounds) < 100


_hosts = st.sampled_from(
    ["lantern.example", "www.m.lantern.co.uk", "m.blogspot.com", "10.0.0.7", "[::1]", "localhost",
     "Фонарь.example", "out.board.invalid", "lantern-example.cache.invalid", "www.lantern.example.",
     "kk.m.lantern.example", "m.m", "a.safelinks.invalid", "cdn.amphold.invalid"]
)  # fmt: skip
_steps = st.one_of(
    st.sampled_from(
        ["amp", "print", "index.html", "default.aspx", "..", ".", "", "c", "s", "lantern.example",
         "url", "2026", "a-b-c", "x.amp", "x.amp.html", ";jsessionid=1", "%2e%2E", "%41", "%", "é",
         "e\u0301", "%ff", "https:", "\u037e", "\u212a\u0338", "%3d\u0338", "m", "page", "1",
         "x,amp", "x-12345-amp.html", "comment-page-2", "print.html", "(S(a1))", "x&utm_source=a",
         "%3Fid=1%3Ffbclid=a", "x%20", "%E2%80%8B", "RU=https%3A%2F%2Fm.a.example%2Fx%20", "%27%2C"]
    ),
    st.text(max_size=6),
)  # fmt: skip
_parameters = st.one_of(
    st.sampled_from(
        ["utm_source=a", "amp;id=7", "amp;amp;", "page=1", "s=harbour", "amp", "=", "a=+", "m=1",
         "a=;utm_source=b", "a=1?fbclid=c", "&#38;", "&#&#038;38;", "ref=a.example", "b=%2F%2c%2B",
         "uddg=https%3A%2F%2Fa.example%2Fb%26c", "=a=", "a=1;amp;b=",
         "url=https%3A%2F%2Flantern.example%2Fx", "q=http://a.example/url?q=https://b.example/",
         "to=https://b.example/redirect?to=http%3A%2F%2Fwww.c.example%2F%3Fm%3D1"]
    ),
    st.text(max_size=6),
)  # fmt: skip


@st.composite
def _addresses(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(["http", "https", "HTTP"]))
    port = draw(st.sampled_from(["", ":80", ":443", ":8080", ":"]))
    path = "".join("/" + step for step in draw(st.lists(_steps, max_size=6)))
    query = "&".join(draw(st.lists(_parameters, max_size=4)))
    fragment = draw(st.sampled_from(["", "#", "#!/a", "#/a b", "#top", "#!"]))
    return f"{scheme}://{draw(_hosts)}{port}{path}?{query}{fragment}"


@settings(deadline=None)
@given(_addresses())
@example("http://a.example:443/")
@example("http://a.example/" + "url?q=http://a.example/" * 40)
@example("http://a.example/amp/amp/amp/1-2-3/print/amp")
@example("https://a.example/x?q=\u2260&=\u0338")
def test_the_form_of_a_form_is_itself(address: str) -> None:
    try:
        once = canonical(address)
    except ValueError:
        return

    assert canonical(once) == once
    assert set(once) <= set(string.ascii_letters + string.digits + string.punctuation)


# of surrogates too, as the bytes of a command line that are no UTF-8 come
ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs"]))


@settings(deadline=None)
@given(ANY_TEXT)
@example("\ud800")
@example("\udcff.example/")
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for start in ("", "http://", "http://a.example/"):
        # a UnicodeError would be no words for a person
        assert refusal(canonical, start + text) in {None, ValueError}
        assert refusal(ledger_key, start + text) in {None, ValueError}


def refusal(form: Callable[[str], str], address: str) -> type[ValueError] | None:
    """Return with what an address is refused, None where it is not."""
    try:
        form(address)
    except ValueError as error:
        return type(error)
    return None


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://lantern.example/", "67be08a7727411842fb45913571baa02"),
        (
            "HTTPS://Lantern.example:443/A//b/?utm_source=x&amp;y=1#top",
            "7de103480821e2bdf2add6c2a9800fbb",
        ),
        ("https://Фонарь.example:8080/мост", "c014c3c4ec65a5005c1b7decfeaa448f"),
    ],
)
def test_a_ledger_key_never_changes(address: str, key: str) -> None:
    assert ledger_key(address) == key


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("HTTP://LANTERN.example:80#a", "http://lantern.example/", True),
        ("https://lantern.example:443/x", "https://lantern.example/x", True),
        ("https://lantern.example?a", "https://lantern.example/?a", True),
        ("http://lantern.example/x", "https://lantern.example/x", False),
        ("https://www.lantern.example/x", "https://lantern.example/x", False),
        ("https://lantern.example/x/", "https://lantern.example/x", False),
        ("https://lantern.example/x?", "https://lantern.example/x", False),
        ("https://lantern.example/%7e", "https://lantern.example/~", False),
        ("https://lantern.example/x?b&a", "https://lantern.example/x?a&b", False),
        ("https://lantern.example:80/x", "https://lantern.example/x", False),
        ("https://[::1]/x", "https://[::1]:443/x", True),
        ("https://Anna:Pw@Lantern.example/x", "https://anna:pw@lantern.example/x", False),
    ],
)
def test_a_ledger_key_knows_only_its_five_rules(one: str, other: str, is_same: bool) -> None:
    assert (ledger_key(one) == ledger_key(other)) is is_same


@pytest.mark.parametrize("address", ["https://lantern.example/\udcff", "http://\ud800/"])
def test_a_ledger_key_is_of_what_can_be_asked_for(address: str) -> None:
    with pytest.raises(ValueError, match="it is not in UTF-8"):
        ledger_key(address)


@pytest.mark.parametrize("address", ["", "/x", "lantern.example", "mailto:desk@lantern.example"])
def test_a_ledger_key_needs_an_absolute_address(address: str) -> None:
    with pytest.raises(ValueError, match="not an absolute address"):
        ledger_key(address)


def test_an_article_is_named_by_32_hex_of_its_form() -> None:
    assert article_id("https://lantern.example/x1") == "2319ca90f8865360b9f3393de43b24aa"
    assert re.fullmatch(r"[0-9a-f]{32}", article_id("https://lantern.example/x2"))
    assert article_id("https://lantern.example/") != ledger_key("https://lantern.example/")
