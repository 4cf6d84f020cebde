"""The text: ours beside its peers, and what each cleaning rule takes rightly and wrongly.

    python -m bench.text --corpus FOLDER [--cache FOLDER] [--show RULE] [--off RULE …] [--peers]

FOLDER holds packs ``*.jsonl.gz`` of {id, url, html, gold_text} beside ``../score_articles.py``.
With ``--cache`` what extractors found is kept, ours until a file of ``pipelines/extract`` changes:
a rule is then measured anew in seconds. A line taken is wrong where the reference text has it.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import pickle
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import peers
from config import phrasebook
from pipelines import extract as room
from pipelines.clean import clean
from pipelines.enrich import enrich
from pipelines.extract import Manuscript, extract
from pipelines.records import Dropped, Stripped

LEAST_PAGES = 8  # a language of fewer pages is only in the table of all
SHOWN_CHARS = 150
OURS = "ours"
Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """Our extractor's answer for one page, ready for the rules."""

    manuscript: Manuscript | None
    """Without its tree; None where the body is no page."""
    fields: Row
    """Title, day, authors and language, made with the rules of the time when it was cached."""


@dataclass(frozen=True)
class Taken:
    """One line that a rule took from a page whose text is known."""

    page: str
    line: Stripped
    is_wrong: bool
    is_furniture: bool
    """The scorer calls it furniture, or the title: if wrong, then one that this reference keeps."""


def main() -> None:
    """Print the tables asked for."""
    arguments = _arguments()
    warnings.simplefilter("ignore")  # dateutil's, about zones: theirs, one a page
    if arguments.without_phrases:
        phrasebook.load = phrasebook.Phrasebook  # type: ignore[assignment]
    scorer = _scorer(arguments.corpus.parent / "score_articles.py")
    scores: list[Row] = []
    taken: list[Taken] = []
    for row, found in _pages(arguments.corpus, arguments.cache, OURS, _found):
        cleaned = clean(found.manuscript, arguments.off) if found.manuscript else None
        scores.append(_score(scorer, row, _prediction(cleaned, found.fields)))
        if cleaned and row.get("gold_text"):
            taken += _judged(scorer, row, cleaned.stripped)
    _tables(scorer, OURS, scores)
    _rules(taken)
    _lines([one for one in taken if one.line.rule == arguments.show])
    for name, read in peers.installed().items() if arguments.peers else ():
        pages = _pages(arguments.corpus, arguments.cache, name, read)
        _tables(scorer, name, [_score(scorer, row, found) for row, found in pages])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="a folder for what the extractors found")
    parser.add_argument("--show", metavar="RULE", help="print each line that the rule took")
    parser.add_argument("--off", nargs="*", default=(), metavar="RULE", help="rules not to apply")
    parser.add_argument("--without-phrases", action="store_true", help="as if no phrase were known")
    parser.add_argument(
        "--peers", action="store_true", help="measure the others that are installed"
    )
    return parser.parse_args()


def _scorer(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_articles", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _pages(
    corpus: Path, cache: Path | None, name: str, read: Callable[[Row], Any]
) -> Iterator[tuple[Row, Any]]:
    """Yield each page with what an extractor found on it, asked or remembered."""
    made_by = _version() if name == OURS else "1"
    for pack in sorted(corpus.glob("*.jsonl.gz")):
        with gzip.open(pack, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        file = cache / f"{pack.stem}.{name}.{made_by}.pickle" if cache else None
        if file and file.exists():
            found = pickle.loads(file.read_bytes())  # noqa: S301 - our own, written below
        else:
            found = [read(row) for row in rows]
        if file and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(pickle.dumps(found))
        yield from zip(rows, found, strict=True)


def _version() -> str:
    """Return a name for the extractor as it is: another where one of its files changed."""
    files = sorted(Path(next(iter(room.__path__))).glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _found(row: Row) -> Found:
    page = peers.recorded(row)
    manuscript = extract(page)
    if isinstance(manuscript, Dropped):
        return Found(None, {})
    draft = enrich(page, clean(manuscript), url=page.url)
    fields = {"title": draft.title, "authors": list(draft.authors), "lang": draft.language}
    fields["date"] = draft.published.day if draft.published else None
    return Found(replace(manuscript, tree=None, page=()), fields)


def _prediction(cleaned: Manuscript | None, fields: Row) -> Row:
    return {**fields, "text": "\n".join(line.text for line in cleaned.lines) if cleaned else ""}


def _score(scorer: ModuleType, row: Row, found: Row) -> Row:
    score: Row = scorer.score_page(row, found)
    return {**score, "in": (row.get("lang") or found.get("lang") or "?").split("-")[0]}


def _judged(scorer: ModuleType, row: Row, stripped: Iterable[Stripped]) -> Iterator[Taken]:
    gold = scorer.Gold(row)
    furniture = [scorer.RX_META, *scorer.RX.values()]
    for line in stripped:
        # ``has`` says yes to a line without a word, which is in no text
        is_wrong = any(map(str.isalnum, line.text)) and gold.has(line.text)
        is_furniture = any(one.match(scorer.norm(line.text)) for one in furniture)
        said = scorer.key(line.text)
        is_furniture = is_furniture or said in gold.titles or said in gold.secs
        yield Taken(row["id"], line, is_wrong, is_furniture)


def _tables(scorer: ModuleType, name: str, scores: Sequence[Row]) -> None:
    """Print the scorer's table: per corpus, over all, per language."""
    print(f"\n{name}\n{scorer.HEADER}")
    for key in ("corpus", "in"):
        groups = defaultdict(list)
        for score in scores:
            groups[score[key][:12]].append(score)
        for group, members in sorted(groups.items()):
            if key == "corpus" or len([one for one in members if "f" in one]) >= LEAST_PAGES:
                scorer.show(group, scorer.summary(members, 0))
        if key == "corpus":
            scorer.show("ALL", scorer.summary(scores, 1000))


def _rules(taken: Sequence[Taken]) -> None:
    """Print, for each rule, on how many pages it acted and what of what it took was wrong."""
    print(f"\n{'rule':20} pages right wrong  kept")
    print("wrong: the reference has it; kept: it has what the scorer itself calls furniture\n")
    for rule in sorted({one.line.rule for one in taken}):
        own = [one for one in taken if one.line.rule == rule]
        wrong = Counter(one.is_furniture for one in own if one.is_wrong)
        pages, right = len({one.page for one in own}), len(own) - wrong.total()
        print(f"{rule:20} {pages:5} {right:5} {wrong[False]:5} {wrong[True]:5}")


def _lines(taken: Sequence[Taken]) -> None:
    for one in sorted(taken, key=lambda one: (not one.is_wrong, one.is_furniture)):
        said = ("kept" if one.is_furniture else "wrong") if one.is_wrong else "right"
        print(said, one.page, one.line.text[:SHOWN_CHARS], sep="\t")


if __name__ == "__main__":
    main()
