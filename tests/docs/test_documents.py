"""Documents say what is so: paths and links lead somewhere, generated parts are as made now."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from config.settings import ROOT, Settings
from dateline.commands.demo import DATABASE
from pipelines.store import layout
from tests.docs import generate
from tests.docs.texts import CODE, PACKAGES, README, TEXTS, code_block, section
from tests.samples import NOW, a_draft, an_offer, the_articles

DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())
LINK = re.compile(r"\]\(([^)#:]+)\)")
MACHINE = re.compile(r"(?<![\w./%-])/(?:work|root|home|Users)/[\w.-]+/")


def test_the_map_names_what_is_there_and_every_folder_and_package() -> None:
    lines = code_block(section(README, "The map of the house"), "text").splitlines()
    named = {line.split()[0].rstrip("/") for line in lines}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0].isalnum()}
    packages = {
        str(path.parent.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("__init__.py")
    }

    assert [name for name in named if not (ROOT / name).exists()] == []
    assert (folders | packages) - {"__pycache__"} - named == set()


@pytest.mark.parametrize("name", TEXTS, ids=str)
def test_every_path_and_link_of_a_document_leads_somewhere(name: Path) -> None:
    tops = {path.name for path in ROOT.iterdir()} - {"dateline"}
    paths = [
        word
        for word in CODE.findall(TEXTS[name])
        if re.fullmatch(r"[\w./-]+", word) and "/" in word and word.split("/")[0] in tops
    ]
    links = LINK.findall(TEXTS[name])

    assert [path for path in paths if not is_there(path)] == []
    assert [link for link in links if not (ROOT / name.parent / link).exists()] == []


def is_there(path: str) -> bool:
    """Return whether a path exists, or is of the local state that a run makes."""
    return path.startswith((".dateline/", ".venv/")) or (ROOT / path).exists()


@pytest.mark.parametrize("name", TEXTS, ids=str)
def test_generated_parts_are_what_is_made_now(name: Path) -> None:
    again = generate.fill(TEXTS[name], generate.parts())

    assert again == TEXTS[name], "make docs"


def test_every_part_that_is_made_stands_in_a_document() -> None:
    standing = [found["name"] for text in TEXTS.values() for found in generate.PART.finditer(text)]

    assert sorted(standing) == sorted([*generate.parts(), "demo"])


def test_the_picture_shows_the_papers_of_the_demo() -> None:
    picture = (ROOT / "docs" / "demo.svg").read_text(encoding="utf-8").replace("&#160;", " ")
    papers = [path.name for path in (ROOT / "dateline/demo/papers").iterdir() if path.is_dir()]

    assert [paper for paper in papers if paper not in picture] == []
    assert "http" not in re.sub(r'xmlns="[^"]+"|https?://[\w.-]+\.example', "", picture)


NAMES = (Settings.model_fields["mongodb_database"].default, DATABASE)


@pytest.fixture(params=NAMES)
def filled(
    request: pytest.FixtureRequest, mongo_uri: str, mongo_client: MongoClient[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """A server's address, and the name of its database that holds an article and a copy of it."""
    name: str = request.param
    database: Database[dict[str, Any]] = mongo_client[name]
    layout.apply(database)
    draft = a_draft("ferry-again")
    the_articles(database).keep([an_offer(), an_offer("ferry-again", draft)], NOW)
    yield mongo_uri, name
    mongo_client.drop_database(name)


def test_the_snippet_of_the_readme_shows_originals_of_the_demo_and_of_what_it_says_to_name(
    filled: tuple[str, str],
) -> None:
    """As printed it asks for the demo's; for real ones with the name in its comment."""
    uri, name = filled
    snippet = code_block(section(README, "How to query"), "python")
    assert all(f'"{database}"' in snippet for database in NAMES)
    if name != DATABASE:
        snippet = snippet.replace(f'"{DATABASE}"', f'"{name}"')

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", snippet],
        env={"MONGODB_URI": uri},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout == "2026-11-02 06:30:00+00:00 lantern The ferry left at dawn\n"


def test_decisions_are_short_and_numbered_uniquely() -> None:
    numbers = [path.name.split("-")[0] for path in DECISIONS]
    long = [path.name for path in DECISIONS if len(path.read_text("utf-8").splitlines()) > 40]
    heads = [path.read_text("utf-8").split()[1].rstrip(":.").zfill(4) for path in DECISIONS]

    assert len(set(numbers)) == len(numbers)
    assert long == []
    assert heads == numbers


def test_no_file_names_a_machine_or_a_place_to_install_from() -> None:
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in our_files()}
    locks = {path: text for path, text in texts.items() if path.suffix == ".lock"}

    assert [str(path) for path, text in texts.items() if MACHINE.search(text)] == []
    assert [path.name for path, text in locks.items() if "://" in text] == []
    assert [path.name for path, text in locks.items() if re.search("^--", text, re.M)] == []
    assert len(locks) == 2


def our_files() -> Iterator[Path]:
    """Yield the files of the checkout that are ours: no caches, no local state."""
    for top in ROOT.iterdir():
        if top.name[0] == "." and top.name not in {".ci", ".gitignore", ".pre-commit-config.yaml"}:
            continue
        for path in top.rglob("*") if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
