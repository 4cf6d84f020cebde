"""What the data beside a page's text may hold, that are written for machines."""

from tests.hostile.case import Case, scripted
from tests.hostile.pages import HEAVY

MILLION = 1_000_000


def words_of_a_database(case: Case) -> str:
    """Names and values that are orders to a database."""
    data = {"@type": "NewsArticle", "headline": {"$where": "1"}, "$set": {"a.b": 1}, "a\x00b": "\x00",
            "author": [{"name": {"$ne": None}}, {"name": "$where"}], "articleSection": {"$gt": ""}}  # fmt: skip
    case.html(scripted("database", data))
    return "stored"


def escapes_in_data(case: Case) -> str:
    """NULs, escapes and halves of letters, written by escapes in JSON-LD."""
    lines = (
        "A \\u0000ferry \\ud800 is \\u001b[2J back at the quay on Monday, said the harbour. " * 20
    )
    case.html(
        scripted(
            "escapes",
            f'{{"@type":"NewsArticle","headline":"A \\u0000\\udc00 ferry \\u009b31m is back","author":'
            f'{{"name":"A.\\u0000\\ud83d Writer"}},"articleBody":"{lines}","keywords":["\\ud800"]}}',
        ).replace(b"<p>", b"<i>")
    )
    return "stored"


def data_fifty_deep(case: Case) -> str:
    """JSON-LD whose name is an object whose name is an object, nine hundred times."""
    deep = '{"name":' * 900 + '"x"' + "}" * 900
    case.html(scripted("deep", f'{{"@type":"NewsArticle","author":{deep},"headline":{deep}}}'))
    return "stored"


def data_without_end(case: Case) -> str:
    """JSON-LD of lists in lists, a million deep."""
    case.html(scripted("lists", '{"@type":"NewsArticle","headline":' + "[" * MILLION))
    return "stored"


def data_of_megabytes(case: Case) -> str:
    """JSON-LD of nearly eight megabytes of small things."""
    case.html(
        scripted("things", '{"@graph":[' + '{"@type":"Person","@id":"#a"},' * 250_000 + "{}]}")
    )
    return "stored" + HEAVY


def data_that_refer_in_a_ring(case: Case) -> str:
    """JSON-LD whose things are one another."""
    ring = [
        {"@id": f"#{n}", "@type": "NewsArticle", "author": {"@id": f"#{(n + 1) % 300}"}}
        for n in range(300)
    ]
    case.html(scripted("ring", {"@graph": ring}))
    return "stored"


def data_that_do_not_end(case: Case) -> str:
    """JSON-LD that breaks off in strings of backslashes: what is salvaged of it, by patterns."""
    evil = '"headline":"' + '\\"' * 500_000 + '"author":' + '[{"' * 100_000
    case.html(scripted("torn", '{"@type":"NewsArticle",' + evil))
    return "stored" + HEAVY
