"""What an operator says of a paper's pages, from the sources file to the text."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from config.rules import NO_RULES, PaperRules, Rule, holding
from config.source import Source
from pipelines.line import owned, prepare
from pipelines.records import Draft, Entry, Page

TEXT = [
    "The ferry to the outer island sails again on Monday after a winter in the yard.",
    "Its captain said that the new engine burns a third less oil than the one before.",
    "The island's school will send its pupils home by the evening boat from then on.",
]
POLL = "Which boat should be painted red this summer, the large one or the small one of the two?"
HTML = (
    "<html><head><title>The ferry sails again</title></head><body><h1>The ferry sails again</h1>"
    f'<div class="story">{"".join(f"<p>{line}</p>" for line in TEXT[:-1])}'
    f'<p class="q">{POLL}</p><p>{TEXT[-1]}</p></div></body></html>'
)
URL = "https://quay.example/ferry"
PAGE = Page(
    url=URL,
    announced_url=URL,
    body=HTML.encode(),
    fetched_at=datetime(2026, 5, 4, tzinfo=UTC),
    entry=Entry(url=URL),
    source="quay",
)


def a_source(**rule: object) -> Source:
    return Source.model_validate(
        {
            "id": "quay",
            "name": "The Quay",
            "homepage": "https://quay.example/",
            "feeds": ["https://quay.example/feed"],
            "rules": [rule],
        }
    )


def text_by(**rule: object) -> list[str]:
    draft = prepare(owned(PAGE, a_source(**rule)))
    assert isinstance(draft, Draft)
    return draft.text.split("\n\n")


def test_without_rules_the_poll_is_taken_for_text() -> None:
    draft = prepare(PAGE)

    assert isinstance(draft, Draft)
    assert POLL in draft.text


@pytest.mark.parametrize(
    ("why", "rule", "is_taken"),
    [
        ("a box that is dropped", {"drop": [".q"]}, True),
        ("a box that is nowhere", {"drop": [".r"]}, False),
        ("the rule's time is over", {"drop": [".q"], "until": "2026-05-03"}, False),
        ("the rule's last day", {"drop": [".q"], "until": "2026-05-04"}, True),
        ("the rule's time is to come", {"drop": [".q"], "since": "2026-05-05"}, False),
    ],
)
def test_a_paper_s_own_rule(why: str, rule: dict[str, object], is_taken: bool) -> None:
    assert (POLL not in text_by(**rule)) == is_taken, why


def test_of_a_page_with_a_box_for_the_text_nothing_else_is_read() -> None:
    page = replace(PAGE, body=HTML.replace('class="q"', 'class="q" id="p"').encode())
    held = prepare(owned(page, a_source(text="div.story", drop=["#p"])))

    assert isinstance(held, Draft)
    assert held.text.split("\n\n") == TEXT
    assert held.title == "The ferry sails again"


@pytest.mark.parametrize(
    "rule",
    [{}, {"text": "div["}, {"drop": "p"}, {"boxes": ["p"]}, {"since": "2026-02-02"},
     {"drop": ["p"], "since": "2026-02-02", "until": "2026-02-01"}],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(rule)


@pytest.mark.parametrize(
    ("why", "rule", "taken"),
    [
        ("a line that it names", {"strip": [POLL]}, [POLL]),
        ("lines that begin so", {"strip": ["Which boat should **"]}, [POLL]),
        ("a line that is not there", {"strip": ["Which boat"]}, []),
        ("a line that it keeps", {"strip": [POLL], "keep": [POLL]}, []),
    ],
)
def test_a_paper_s_own_lines(why: str, rule: dict[str, object], taken: list[str]) -> None:
    draft = prepare(owned(PAGE, a_source(**rule)))

    assert isinstance(draft, Draft)
    assert [line.text for line in draft.stripped if line.rule == "paper"] == taken, why
    assert (POLL in draft.text) == (taken == []), why


@pytest.mark.parametrize(
    ("hosts", "called"),
    [(["www.pier.example"], "https://pier.example/881"), ([], "https://quay.example/ferry")],
)
def test_a_page_may_call_itself_by_another_host_of_its_paper(hosts: list[str], called: str) -> None:
    head = '<head><link rel="canonical" href="https://pier.example/881">'
    page = replace(PAGE, body=HTML.replace("<head>", head).encode())
    source = a_source(drop=[".q"]).model_copy(update={"hosts": tuple(hosts)})

    draft = prepare(owned(page, source))

    assert isinstance(draft, Draft)
    assert draft.url == called


def test_a_rule_that_is_off_takes_nothing() -> None:
    page = replace(
        PAGE, body=HTML.replace("<p>The ferry to", "<p>Home » Ferries</p><p>The ferry to").encode()
    )
    off = prepare(owned(page, a_source(off=["breadcrumbs"])))
    on = prepare(page)

    assert isinstance(on, Draft)
    assert isinstance(off, Draft)
    assert "breadcrumbs" in {line.rule for line in on.stripped}
    assert "breadcrumbs" not in {line.rule for line in off.stripped}


def test_rules_of_one_day_add_up_and_the_last_box_counts() -> None:
    rules = [
        Rule(text="main", drop=(".a",), off=("byline",)),
        Rule(text="article", drop=(".b",), until=date(2026, 1, 1)),
        Rule(strip=("Read our code",), drop=(".c",)),
    ]

    late = PaperRules("main", (".a", ".c"), ("Read our code",), (), frozenset({"byline"}))
    assert holding(rules, date(2026, 1, 2)) == late
    assert holding(rules, date(2026, 1, 1)).text == "article"
    assert holding((), date(2026, 1, 1)) == NO_RULES
