"""Keeping drafts: an address once, a text with one original, whoever comes first or dies."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.identify.canonical import canonical
from pipelines.identify.exact import text_hash
from pipelines.identify.judge import judge
from pipelines.records import Candidates, Draft, Ruling, Stripped, Verdict
from pipelines.store import documents
from pipelines.store.articles import Articles, Later, Offer
from pipelines.store.claims import ON_ITS_WAY, Claims, address_claim, text_claim
from pipelines.store.errors import RejectedError
from pipelines.store.frontier import Frontier
from tests.samples import (
    NOW,
    TEXT,
    a_draft,
    a_want,
    an_announcement,
    an_arrival,
    an_offer,
    the_articles,
    url_of,
)

Document = dict[str, Any]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def articles(db: Database[Document]) -> Articles:
    return the_articles(db)


def all_of(db: Database[Document], collection: str = "articles") -> list[Document]:
    return list(db[collection].find().sort("_id"))


def keep(articles: Articles, *offers: Offer) -> list[str]:
    return [
        "later" if isinstance(verdict, Later) else str(verdict.ruling)
        for verdict in articles.keep(offers, NOW)
    ]


def originals(db: Database[Document]) -> int:
    return db["articles"].count_documents({"duplicate_of": None})


def met_also_at(path: str, other: str, **fields: Any) -> Draft:
    """A draft of ``path`` that was met at ``other`` too."""
    draft = a_draft(path, **fields)
    return replace(draft, urls=(*draft.urls, a_draft(other).url))


@pytest.mark.parametrize("is_taken", [True, False])
def test_what_another_run_has_taken_meanwhile_is_that_run_s_to_store(
    db: Database[Document], articles: Articles, is_taken: bool
) -> None:
    frontier = Frontier(db)
    frontier.record([an_announcement()], NOW)
    [ours] = frontier.take(a_want(), NOW)
    if is_taken:
        frontier.give_back([ours.lease])
        frontier.take(a_want(by="machine/2"), NOW)

    assert keep(articles, an_offer()) == (["later"] if is_taken else ["new"])
    assert db["articles"].count_documents({}) == (0 if is_taken else 1)


def test_a_new_article_is_stored_with_every_promised_field(
    db: Database[Document], articles: Articles
) -> None:
    assert keep(articles, an_offer()) == ["new"]

    [article] = all_of(db)
    assert article["_id"] == article["story"]
    assert (article["duplicate_of"], article["relation"], article["revision"]) == (None, None, 1)
    assert article["text"] == TEXT
    assert article["published"]["from"] == "meta"
    assert article["stripped"] == [{"text": "Translate", "rule": "tools", "at": 0}]
    assert article["changed_at"] > NOW - timedelta(days=3000)
    assert article["urls"] == [url_of("ferry")]
    assert all_of(db, "stories") == []


def test_the_same_again_changes_no_document(db: Database[Document], articles: Articles) -> None:
    keep(articles, an_offer(), an_offer("copied", a_draft("copied")))
    before = {name: all_of(db, name) for name in ("articles", "claims", "stories", "revisions")}

    again = keep(articles, an_offer(), an_offer("copied", a_draft("copied")))

    assert again == ["same", "same"]
    assert {name: all_of(db, name) for name in before} == before


def test_each_prefix_of_the_writes_is_safe_to_repeat(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, an_offer())
    [article] = all_of(db)
    db["articles"].delete_many({})  # as if the run had died after its claims

    assert keep(articles, an_offer()) == ["new"]
    assert all_of(db)[0]["_id"] == article["_id"]


def test_a_copy_is_an_article_of_its_own_and_names_its_original(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, an_offer("first"))
    assert keep(articles, an_offer("second"), an_offer("third")) == ["copy", "copy"]

    first = an_offer("first").own_id
    copies = [a for a in all_of(db) if a["_id"] != first]
    assert [(c["duplicate_of"], c["relation"], c["story"]) for c in copies] == [
        (first, "copy", first)
    ] * 2
    assert all_of(db, "stories") == [
        {"_id": first, "head": first, "version": 1, "merged_into": None, "schema_version": 1}
    ]


def test_two_identical_pages_in_one_batch_have_one_original(
    db: Database[Document], articles: Articles
) -> None:
    assert keep(articles, an_offer("one"), an_offer("two")) == ["new", "copy"]
    assert originals(db) == 1


def test_two_identical_pages_in_two_threads_at_once_have_one_original(
    db: Database[Document],
) -> None:
    runs = [the_articles(db, by=f"machine/{name}") for name in "ab"]
    barrier = Barrier(2, timeout=10)

    def one(at: int, turn: int) -> Verdict | Later:
        path = f"{turn}/{at}"
        draft = a_draft(path, text=f"Round {turn} of the regatta. {TEXT}")
        barrier.wait()
        return runs[at].keep([an_offer(path, draft)], NOW)[0]

    with ThreadPoolExecutor(2) as pool:
        for turn in range(20):
            both = list(pool.map(one, (0, 1), (turn, turn)))
            rulings = {"later" if isinstance(v, Later) else str(v.ruling) for v in both}

            assert "new" in rulings, turn
            assert rulings in ({"new", "copy"}, {"new", "later"}), turn
            assert originals(db) == turn + 1


@pytest.mark.slow
def test_two_identical_pages_in_two_processes_at_once_have_one_original(
    db: Database[Document], mongo_uri: str
) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.at_once", mongo_uri, db.name, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            bufsize=1,
        )
        for name in ("one", "two")
    ]
    try:
        assert [said(run) for run in runs] == ["ready", "ready"]
        for turn in range(20):
            for run in runs:
                assert run.stdin
                run.stdin.write(f"turn{turn}\n")
            assert sorted(said(run) for run in runs) == ["copy", "new"], turn
    finally:
        for run in runs:
            run.communicate(timeout=20)

    assert originals(db) == 20
    assert db["articles"].count_documents({}) == 40


def said(run: "subprocess.Popen[str]") -> str:
    assert run.stdout
    return run.stdout.readline().strip()


def test_a_second_address_of_an_article_adds_its_address_and_no_article(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, an_offer())
    [before] = all_of(db)
    amp = an_offer("ferry/amp", met_also_at("ferry", "ferry/amp", text=TEXT + "\n\nShare"))

    assert keep(articles, amp) == ["same"]

    [after] = all_of(db)
    assert after["urls"] == [url_of("ferry"), url_of("ferry/amp")]
    assert after["changed_at"] >= before["changed_at"]
    assert {**after, "urls": 0, "changed_at": 0} == {**before, "urls": 0, "changed_at": 0}
    claim = db["claims"].find_one({"_id": address_claim(a_draft("ferry/amp").url)})
    assert claim
    assert claim["article"] == after["_id"]


def test_both_addresses_of_an_article_in_one_batch_make_one_article(
    db: Database[Document], articles: Articles
) -> None:
    amp = an_offer("ferry/amp", met_also_at("ferry", "ferry/amp"))

    assert keep(articles, amp, an_offer()) == ["new", "same"]

    [article] = all_of(db)
    assert article["urls"] == [url_of("ferry/amp"), url_of("ferry")]


def test_what_was_first_met_without_its_canonical_address_stays_one_article(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, an_offer("plain"))
    renamed = an_offer("plain", met_also_at("better-name", "plain"))

    assert keep(articles, renamed) == ["same"]
    assert keep(articles, an_offer("better-name")) == ["same"]

    assert [a["_id"] for a in all_of(db)] == [an_offer("plain").own_id]


def test_no_more_addresses_than_a_document_may_hold(
    db: Database[Document], articles: Articles
) -> None:
    paths = [f"ferry?copy={n}" for n in range(documents.URLS + 5)]

    keep(articles, *(an_offer(path, met_also_at("ferry", path)) for path in paths))

    [article] = all_of(db)
    assert len(article["urls"]) == documents.URLS
    assert db["claims"].count_documents({"article": article["_id"]}) == len(paths) + 2


def test_what_the_rules_give_one_form_is_two_articles_where_the_texts_say_so(
    db: Database[Document], articles: Articles
) -> None:
    """To a site for which a rule is wrong nothing is lost, and nothing is stored twice."""

    def issue(number: int, more: str = "") -> Offer:
        path = f"ferry?utm_term={number}"
        text, title = told_of(f"issue{number}") + more, f"Issue {number}"
        return an_offer(path, a_draft(path, text, title=title, met_url=url_of(path)))

    assert keep(articles, issue(1)) == ["new"]
    assert keep(articles, issue(2), issue(3)) == ["new", "new"]
    assert keep(articles, issue(2, "One line more."), issue(1), issue(3)) == [
        "revised", "same", "same",
    ]  # fmt: skip

    assert {one["title"]: one["urls"] for one in all_of(db)} == {
        f"Issue {number}": [url_of(f"ferry?utm_term={number}")] for number in (1, 2, 3)
    }


def test_a_revision_keeps_the_text_before_it(db: Database[Document], articles: Articles) -> None:
    keep(articles, an_offer())
    [before] = all_of(db)
    corrected = an_offer("ferry", a_draft(text=TEXT + "\n\nA correction."), before["_id"])

    assert keep(articles, corrected) == ["revised"]

    [after] = all_of(db)
    [old] = all_of(db, "revisions")
    assert (after["revision"], after["text"]) == (2, TEXT + "\n\nA correction.")
    assert after["changed_at"] >= before["changed_at"]
    assert (old["_id"], old["text"], old["revision"]) == (f"{before['_id']}:1", TEXT, 1)
    assert (old["title"], old["fetched_at"]) == (before["title"], before["fetched_at"])
    assert keep(articles, corrected) == ["same"]


def test_what_a_run_left_that_died_before_its_ledger_is_as_the_page_is_read_now(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, an_offer("ferry", a_draft(text=TEXT + "\n\nWrite to us.")))

    assert keep(articles, an_offer()) == ["revised"]

    [article], [before] = all_of(db), all_of(db, "revisions")
    assert article["text"] == TEXT
    assert (before["text"], before["cause"]) == (TEXT + "\n\nWrite to us.", "rules")
    assert keep(articles, an_offer()) == ["same"]


def test_two_corrections_in_one_batch_make_two_revisions(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, an_offer())
    key = an_offer().own_id
    texts = [f"{TEXT}\n\nCorrection {n}." for n in (1, 2)]

    rulings = keep(articles, *(an_offer("ferry", a_draft(text=text), key) for text in texts))

    assert rulings == ["revised", "revised"]
    assert all_of(db)[0]["text"] == texts[1]
    assert [(r["revision"], r["text"]) for r in all_of(db, "revisions")] == [
        (1, TEXT),
        (2, texts[0]),
    ]


def test_what_an_address_led_to_before_stays_its_article_whatever_its_page_says_now(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, an_offer("old"))
    old = an_offer("old").own_id
    own = a_draft("old").url
    moved = met_also_at("new", "old", text=TEXT + "\n\nMoved.", own_url=own)
    batch = (
        an_offer("new", a_draft("new", text=TEXT + "\n\nNew.")),
        an_offer("old", moved, old),
    )

    assert keep(articles, *batch) == ["new", "revised"]

    texts = {a["_id"]: a["text"] for a in all_of(db)}
    assert texts == {an_offer("new").own_id: TEXT + "\n\nNew.", old: moved.text}
    claim = db["claims"].find_one({"_id": address_claim(a_draft("new").url)})
    assert claim
    assert claim["article"] == an_offer("new").own_id


def test_an_address_whose_article_is_lost_gets_it_again(
    db: Database[Document], articles: Articles
) -> None:
    assert keep(articles, an_offer("ferry", article="e" * 32)) == ["new"]


def test_a_title_alone_may_be_corrected(db: Database[Document], articles: Articles) -> None:
    keep(articles, an_offer())
    corrected = an_offer("ferry", a_draft(title="The ferry left late"), an_offer().own_id)

    assert keep(articles, corrected) == ["revised"]
    assert all_of(db)[0]["title"] == "The ferry left late"


@pytest.mark.parametrize("claim", ["address", "text"])
def test_the_claim_of_a_dead_run_is_taken_over(
    db: Database[Document], articles: Articles, claim: str
) -> None:
    key = address_claim(a_draft().url) if claim == "address" else text_claim(TEXT)
    plant(db, key, by="elsewhere/9", until=NOW - timedelta(seconds=1))

    assert keep(articles, an_offer()) == ["new"]

    found = db["claims"].find_one({"_id": key})
    assert found
    assert found["article"] == an_offer().own_id


@pytest.mark.parametrize("claim", ["address", "text"])
def test_the_claim_of_a_run_that_lives_is_waited_for(
    db: Database[Document], articles: Articles, claim: str
) -> None:
    key = address_claim(a_draft().url) if claim == "address" else text_claim(TEXT)
    until = NOW + ON_ITS_WAY
    plant(db, key, by="elsewhere/9", until=until)

    assert articles.keep([an_offer()], NOW) == [Later(until)]

    assert all_of(db) == []
    assert articles.keep([an_offer()], until) != [Later(until)]


def test_an_own_claim_of_a_try_before_is_taken_over_at_once(
    db: Database[Document], articles: Articles
) -> None:
    plant(db, text_claim(TEXT), by="machine/1", until=NOW + ON_ITS_WAY)

    assert keep(articles, an_offer()) == ["new"]


def plant(db: Database[Document], key: str, by: str, until: object) -> None:
    """A claim for an article that is not there."""
    db["claims"].insert_one(
        {
            "_id": key,
            "article": "f" * 32,
            "rules_version": 1,
            "lease": {"by": by, "until": until},
            "schema_version": 1,
        }
    )


def test_a_short_notice_at_two_addresses_is_no_copy(
    db: Database[Document], articles: Articles
) -> None:
    notice = "This page is for subscribers."

    rulings = keep(articles, *(an_offer(p, a_draft(p, text=notice)) for p in ("one", "two")))

    assert rulings == ["new", "new"]
    assert db["claims"].count_documents({"_id": {"$regex": "^text:"}}) == 0


def test_a_text_over_two_megabytes_is_cut_between_letters_and_marked(
    db: Database[Document], articles: Articles
) -> None:
    text = "a" + "ж" * 1_500_000
    long = an_offer("ferry", a_draft(text=text))
    keep(articles, long)

    [article] = all_of(db)
    assert article["text_cut"] is True
    assert article["text"] == "a" + "ж" * 999_999
    assert len(article["text"].encode()) <= documents.TEXT_BYTES
    assert keep(articles, an_offer("ferry", a_draft(text=text), article["_id"])) == ["same"]


def test_many_stripped_lines_are_bounded_and_counted(
    db: Database[Document], articles: Articles
) -> None:
    lines = tuple(Stripped(text="x" * 900, rule="links", at=n) for n in range(300))
    keep(articles, an_offer("ferry", a_draft(stripped=lines)))

    [article] = all_of(db)
    assert (len(article["stripped"]), article["stripped_more"]) == (200, 100)
    assert {len(line["text"]) for line in article["stripped"]} == {500}


def test_letters_that_are_none_do_not_stop_the_store(
    db: Database[Document], articles: Articles
) -> None:
    half = "\ud83d"
    draft = a_draft(
        text=TEXT + half,
        title=f"A ferry {half}",
        authors=(half,),
        summary=half,
        section=half,
        tags=(half,),
        stripped=(Stripped(text=half, rule="links", at=0),),
    )

    assert keep(articles, an_offer("ferry", draft)) == ["new"]

    [article] = all_of(db)
    assert (article["title"], article["authors"]) == ("A ferry ?", ["?"])
    assert keep(articles, an_offer("ferry", draft, article["_id"])) == ["same"]


def test_whatever_a_page_says_is_stored_as_words_and_never_run(
    db: Database[Document], articles: Articles
) -> None:
    draft = a_draft(title="$$NOW", text="$revision " + TEXT, summary="$title", section="$$ROOT")
    keep(articles, an_offer("ferry", draft))
    keep(articles, an_offer("ferry", replace(draft, title="$text"), an_offer().own_id))

    [article] = all_of(db)
    assert (article["title"], article["summary"]) == ("$text", "$title")
    assert article["text"].startswith("$revision ")


def test_a_page_is_kept_once_with_the_headers_that_matter(
    db: Database[Document], articles: Articles
) -> None:
    for _ in range(2):
        articles.keep_pages([documents.page(an_arrival(), b"zstd", None)])

    [page] = all_of(db, "pages")
    assert (page["headers"], page["body"], page["expires_at"]) == ({"etag": '"1"'}, b"zstd", None)


def test_nothing_to_keep_writes_nothing(db: Database[Document], articles: Articles) -> None:
    assert articles.keep([], NOW) == []
    articles.keep_pages([])

    assert all_of(db, "claims") == []


def test_a_draft_hashes_as_it_was_whatever_is_cut() -> None:
    offer = an_offer("ferry", a_draft(text="b" * 2_100_000))
    verdict = Verdict(ruling=Ruling.NEW, article="a" * 32, story="a" * 32)

    document = documents.article(offer.arrival, offer.draft, verdict)

    assert document["fingerprints"]["text"] == text_hash(offer.draft.text)


def test_a_document_that_is_not_valid_is_refused_and_is_not_the_servers_fault(
    db: Database[Document], articles: Articles
) -> None:
    with pytest.raises(RejectedError, match="could not store articles"):
        keep(articles, an_offer("ferry", a_draft(access="sometimes")))

    assert all_of(db) == []


def told_of(subject: str) -> str:
    """A text that shares nothing with one of another subject."""
    return "\n\n".join(
        f"{subject} {subject}{n} {subject[::-1]}{n} {subject}." * 4 for n in range(5)
    )


def claims_to_be(path: str, claimed: str, subject: str) -> Offer:
    """The page at ``path``, that names ``claimed`` as its address."""
    own, url = canonical(url_of(path)), canonical(url_of(claimed))
    urls = tuple(dict.fromkeys((url, own)))
    draft = a_draft(path, told_of(subject), title=subject, url=url, own_url=own, urls=urls)
    return an_offer(path, draft)


SUBJECTS = {"one": "harbour", "two": "violin", "three": "orchard", "front": "museum"}


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one after another"])
@pytest.mark.parametrize("order", [["one", "two", "three", "front"], ["front", "one", "two"]])
def test_pages_that_all_claim_one_address_stay_articles_of_their_own(
    db: Database[Document], articles: Articles, order: list[str], at_once: bool
) -> None:
    offers = [claims_to_be(path, "front", SUBJECTS[path]) for path in order]

    rulings = (
        keep(articles, *offers) if at_once else [word for o in offers for word in keep(articles, o)]
    )

    assert rulings == ["new"] * len(order)
    assert {a["text"] for a in all_of(db)} == {told_of(SUBJECTS[path]) for path in order}
    assert all(a["duplicate_of"] is None for a in all_of(db))
    before = all_of(db)
    assert keep(articles, *offers) == ["same"] * len(order), "met again, each is found"
    assert all_of(db) == before


CIRCLES = [
    {"one": "two", "two": "one"},
    {"one": "two", "two": "three", "three": "one"},
    {"one": "two", "two": "three", "three": "three"},
    {"one": "two", "two": "one", "three": "one", "front": "two"},
]


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one after another"])
@pytest.mark.parametrize("names", CIRCLES, ids=["a pair", "a circle", "a chain", "a pair named"])
def test_pages_that_name_each_other_are_all_kept_whatever_the_order(
    mongo_client: MongoClient[Document], names: dict[str, str], at_once: bool
) -> None:
    for number, order in enumerate(permutations(names)):
        db = mongo_client[f"test_circle{number}"]
        try:
            articles = the_articles(db)
            offers = [claims_to_be(path, names[path], SUBJECTS[path]) for path in order]
            kept = [keep(articles, *offers)] if at_once else [keep(articles, o) for o in offers]

            assert [word for words in kept for word in words] == ["new"] * len(names)
            assert {a["text"] for a in all_of(db)} == {told_of(SUBJECTS[path]) for path in names}
            assert [keep(articles, o) for o in offers] == [["same"]] * len(names)
        finally:
            mongo_client.drop_database(db.name)


def test_a_page_that_names_an_article_of_its_text_is_a_copy_where_its_own_address_is_taken(
    db: Database[Document], articles: Articles
) -> None:
    assert keep(articles, claims_to_be("front", "front", "museum")) == ["new"]
    assert keep(articles, claims_to_be("one", "two", "harbour")) == ["new"]
    assert keep(articles, claims_to_be("two", "front", "museum")) == ["copy"]

    assert keep(articles, an_offer("far", a_draft("far", told_of("museum")))) == ["copy"]
    originals_ = {a["duplicate_of"] for a in all_of(db) if a["duplicate_of"]}
    assert originals_ == {claims_to_be("front", "front", "museum").own_id}


def test_the_new_text_of_a_page_that_names_another_is_its_own(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, claims_to_be("front", "front", "museum"), claims_to_be("one", "front", "violin"))
    [one] = [a["_id"] for a in all_of(db) if a["text"] == told_of("violin")]
    again = claims_to_be("one", "front", "orchard")
    again = replace(again, arrival=an_arrival("one", article=one))

    assert keep(articles, again) == ["revised"]
    assert keep(articles, an_offer("far", a_draft("far", told_of("orchard")))) == ["copy"]
    assert keep(articles, an_offer("old", a_draft("old", told_of("violin")))) == ["copy"]
    assert {a["duplicate_of"] for a in all_of(db) if a["duplicate_of"]} == {one}


def test_a_text_that_a_dead_run_claimed_for_another_article_is_no_copy_of_that(
    db: Database[Document], articles: Articles
) -> None:
    keep(articles, claims_to_be("front", "front", "museum"))
    offer = claims_to_be("one", "front", "violin")
    claims = Claims(db, "machine/9/dead")  # it died before it gave this to the page at "one"
    claims.make([(text_claim(offer.draft.text), offer.own_id)], NOW - 2 * ON_ITS_WAY)

    assert keep(articles, an_offer("far", a_draft("far", told_of("violin")))) == ["new"]
    assert keep(articles, offer) == ["copy"]


def test_a_claim_that_another_run_takes_meanwhile_is_looked_at_again(
    db: Database[Document], articles: Articles
) -> None:
    """The other stores the page while this one has it in hand: after its look, before its gift."""
    keep(articles, claims_to_be("front", "front", "museum"))
    offer, seen = claims_to_be("one", "front", "violin"), []

    def judging(draft: Draft, own_id: str, found: Candidates) -> Verdict:
        verdict = judge(draft, own_id, found)
        seen.append(verdict.ruling)
        if len(seen) == 1:
            assert keep(articles, offer) == ["new"]
        return verdict

    late = Articles(db, "machine/9/late", judging)

    assert keep(late, offer) == ["same"]
    assert seen == [Ruling.MISNAMED, Ruling.NEW, Ruling.SAME]
    assert sorted(a["text"] for a in all_of(db)) == [told_of("museum"), told_of("violin")]


@pytest.mark.parametrize("lost", ["one", "two", "front"])
def test_a_claimed_address_is_sorted_out_after_a_run_that_died(
    db: Database[Document], articles: Articles, lost: str
) -> None:
    offers = {path: claims_to_be(path, "front", SUBJECTS[path]) for path in ("one", "two", "front")}
    for offer in offers.values():
        keep(articles, offer)
    gone = next(a for a in all_of(db) if a["text"] == told_of(SUBJECTS[lost]))
    db["articles"].delete_one({"_id": gone["_id"]})  # as if the run had died after its claims

    for _ in range(2):
        for offer in offers.values():
            keep(articles, offer)

    texts = sorted(a["text"] for a in all_of(db))
    assert texts == sorted(told_of(SUBJECTS[path]) for path in offers)


def test_the_same_article_under_a_claimed_address_is_one(
    db: Database[Document], articles: Articles
) -> None:
    assert keep(articles, claims_to_be("front", "front", "museum")) == ["new"]
    assert keep(articles, claims_to_be("print-front", "front", "museum")) == ["same"]

    [article] = all_of(db)
    assert article["urls"] == [url_of("front"), url_of("print-front")]
