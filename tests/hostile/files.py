"""What a file or an option may hold that is given to a command."""

import gzip
import json

from tests.hostile.case import Case, laughs, prose
from tests.warc import a_warc

PAPER = (
    "region: coast\nsources:\n  - id: quay\n    name: Quay\n    homepage: http://quay.example/\n"
)
MILLION = 1_000_000


def aliases_of_aliases(case: Case) -> str:
    """A catalogue of aliases in aliases, a billion in all."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return case.catalogue("\n".join([*rows, f"region: *a9\n{PAPER}"]).encode())


def alias_of_itself(case: Case) -> str:
    """A catalogue that holds itself."""
    return case.catalogue(b"region: coast\nsources: &a\n  - *a\n")


def merge_of_itself(case: Case) -> str:
    """A catalogue whose entry takes over its own keys."""
    return case.catalogue(b"region: coast\nsources:\n  - &a {<<: *a, id: quay}\n")


def lists_in_lists(case: Case) -> str:
    """A catalogue of brackets alone."""
    return case.catalogue(b"[" * MILLION)


def maps_by_dashes(case: Case) -> str:
    """A catalogue of dashes, each in the last."""
    return case.catalogue(b"- " * 500_000)


def number_without_end(case: Case) -> str:
    """A budget of a hundred thousand digits."""
    return case.catalogue(
        f"{PAPER}    feeds: [http://quay.example/f]\n    budget: {'9' * 100_000}\n".encode()
    )


def object_of_python(case: Case) -> str:
    """A catalogue that would run a program."""
    return case.catalogue(
        f"{PAPER}    feeds: !!python/object/apply:os.system ['touch /tmp/owned']\n".encode()
    )


def zone_of_many_slashes(case: Case) -> str:
    """A zone for which Python would import a thousand packages."""
    return case.catalogue(
        f"{PAPER}    feeds: [http://quay.example/f]\n    timezone: a{'/a' * 5_000}\n".encode()
    )


def zone_outside(case: Case) -> str:
    """A zone that is a file of this machine."""
    return case.catalogue(
        f"{PAPER}    feeds: [http://quay.example/f]\n    timezone: ../../etc/passwd\n".encode()
    )


def pattern_that_goes_back_and_forth(case: Case) -> str:
    """A pattern of nested repetitions; it is taken, and costs what its letters cost."""
    paper = f"{PAPER}    feeds: [http://quay.example/f]\n    ignore_patterns: ['(((a+)+)+)+$']\n"
    case.run("sources", "check", "--offline", "--sources", case.file("papers.yaml", paper.encode()))
    return "exit 0"


def pattern_of_a_billion(case: Case) -> str:
    """A pattern that is a billion letters when written out."""
    return case.catalogue(
        f"{PAPER}    feeds: [http://quay.example/f]\n    follow_patterns: ['((a{{1000}}){{1000}}){{1000}}']\n".encode()
    )


def selector_without_end(case: Case) -> str:
    """A selector of CSS of ten thousand steps."""
    return case.catalogue(
        f"{PAPER}    feeds: [http://quay.example/f]\n    rules: [{{text: '{'div > ' * 10_000}p'}}]\n".encode()
    )


def terminal_in_a_key(case: Case) -> str:
    """A key and a value that are escapes for a terminal."""
    return case.catalogue(
        f'{PAPER}    "\\e[2J\\x9b31m\\L": "\\e]0;x\\a"\n    country: "\\e[2J"\n'.encode()
    )


def catalogue_of_nuls(case: Case) -> str:
    """A catalogue of NULs."""
    return case.catalogue(bytes(99_999))


def catalogue_in_no_encoding(case: Case) -> str:
    """A catalogue that is not in UTF-8."""
    return case.catalogue(PAPER.encode() + b"\xff\xfe\x80")


def catalogue_of_megabytes(case: Case) -> str:
    """A catalogue larger than anyone writes by hand."""
    return case.catalogue(b"# x\n" * 2_000_000)


def hundred_thousand_mistakes(case: Case) -> str:
    """A catalogue of mistakes alone: the first is told, the others are counted."""
    return case.catalogue(b"region: coast\nsources:\n" + b"  - {}\n" * 20_000)


def headers_that_smuggle(case: Case) -> str:
    """A header with another one behind a line break, and one that is the request's own."""
    return case.catalogue(
        f'{PAPER}    feeds: [http://quay.example/f]\n    headers: {{"X-A": "b\\r\\nHost: evil"}}\n'.encode()
    )


def outlines_in_outlines(case: Case) -> str:
    """A list of feeds whose folders are a hundred thousand deep."""
    body = b"<opml><body>" + b'<outline text="x">' * 100_000 + b"</body></opml>"
    case.run(
        "sources", "import", case.file("list.opml", body), "--sources", str(case.folder / "new")
    )
    return "exit 65|exit 0|exit 1|exit 2"


def outlines_of_a_bomb(case: Case) -> str:
    """A list of feeds with entities of entities and a file of this machine."""
    levels = "".join(laughs(n) for n in range(1, 10))
    body = (
        f'<!DOCTYPE opml [<!ENTITY a0 "ha">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]><opml><body>'
        '<outline text="&a9;&f;" xmlUrl="http://quay.example/feed"/></body></opml>'
    )
    case.run("read", case.file("list.opml", body.encode()))
    return "exit 0"


def outlines_with_entries_of_ours(case: Case) -> str:
    """A list of feeds with whole entries that we never wrote."""
    entry = json.dumps(
        {"id": "../../x", "name": "\x1b[2J", "homepage": "file:///", "feeds": ["$where"]}
    )
    row = f'<outline xmlns:d="https://dateline.invalid/opml" d:entry="{entry.replace(chr(34), "&quot;")}"/>'
    body = f"<opml><body>{row * 9}</body></opml>".encode()
    case.run(
        "sources", "import", case.file("list.opml", body), "--sources", str(case.folder / "new")
    )
    return "exit 65|exit 1|exit 2|exit 0"


def recorded_bomb(case: Case) -> str:
    """A recorded page that unpacks to 200 MB."""
    body = gzip.compress(bytes(200_000_000), compresslevel=1)
    return _ingested(
        case,
        a_warc(
            {"body": body, "headers": {"Content-Type": "text/html", "Content-Encoding": "gzip"}}
        ),
    )


def recorded_length_that_lies(case: Case) -> str:
    """A record that says that it is longer than the file, and one below nothing."""
    whole = a_warc({}, {}, is_packed=False)
    lies = whole.replace(b"Content-Length: ", b"Content-Length: 99", 1).replace(
        b"Content-Length: ", b"Content-Length: -", 3
    )
    return _ingested(case, lies + whole)


def recorded_headers_without_end(case: Case) -> str:
    """A record of a header line of megabytes, and of a hundred thousand headers."""
    head = b"WARC/1.0\r\nX: " + b"y" * 3_000_000 + b"\r\n" + b"A: b\r\n" * 100_000
    return _ingested(case, head + b"\r\n" + a_warc({}))


def recorded_address_of_escapes(case: Case) -> str:
    """Records whose addresses and dates are escapes for a terminal, files and brackets."""
    odd = (
        "http://quay.example/\x1b[2J \u202ex",
        "file:///etc/passwd",
        "http://[::1]x@quay.example/",
        "",
    )
    rows = [{"url": url, "at": "\x1b[31m9999-99-99"} for url in odd]
    return _ingested(case, a_warc(*rows, *({"url": url} for url in odd)))


def recorded_members_without_end(case: Case) -> str:
    """A hundred thousand empty gzip members where records should be."""
    return _ingested(case, gzip.compress(b"") * 100_000)


def recorded_noise(case: Case) -> str:
    """The beginning of a record, a hundred thousand times."""
    return _ingested(case, b"WARC/1.0\r\n" * 100_000)


def _ingested(case: Case, body: bytes) -> str:
    case.paper()
    case.run("ingest", case.file("pages.warc.gz", body))
    return "exit 0|exit 1|exit 65"


def pages_that_are_no_lines(case: Case) -> str:
    """A file of pages of one line of megabytes, of lists in lists, and of what is no object."""
    rows = [
        b"[" * MILLION,
        b'"x"',
        b"{}",
        b'{"id":1,"url":[],"html":{"$a":"\\ud800"}}',
        b"\x00\xff",
    ]
    rows += [json.dumps({"id": {}, "url": "http://[::1", "html": prose("x").decode()}).encode()]
    case.run(
        "extract", "--pages", case.file("pages.jsonl", b"\n".join(rows) + b"\n"), "--workers", "1"
    )
    return "exit 0|exit 65"


def pages_in_a_bomb(case: Case) -> str:
    """A packed file of pages whose one line has 300 MB."""
    body = gzip.compress(b'{"html":"' + b"a" * 300_000_000, compresslevel=1)
    case.run("extract", "--pages", case.file("pages.jsonl.gz", body), "--workers", "1")
    return "exit 0|exit 65"


def documents_of_one_story(case: Case) -> str:
    """A file to look for copies in, of odd ids, dates and texts."""
    rows = [{"id": one, "text": "A ferry " * 50, "published": "9" * 99, "site": "\x1b[2J", "url": "http://["}
            for one in ("\ud800", {"$a": 1}, None, "x", "x")]  # fmt: skip
    case.run("dedupe", case.file("rows.jsonl", "\n".join(map(json.dumps, rows)).encode()))
    return "exit 0|exit 65"


def page_of_escapes_on_the_terminal(case: Case) -> str:
    """A page in a file, with escapes in all that is shown of it."""
    evil = "\x1b[2J\x9b31m\u202e\u2028dateline: all is well"
    body = prose(
        "terminal", f'<meta name="author" content="{evil}">', f"{evil} The ferry is back, they say."
    )
    case.run("extract", case.file("page\x1b[2J.html", body))
    return "exit 0"


def feed_of_escapes_on_the_terminal(case: Case) -> str:
    """A feed from stdin, with escapes in all that is shown of it."""
    evil = "\x9b31m\u202e\u2028dateline: all is well"
    body = f"<rss><channel><title>{evil}</title><item><title>{evil}</title><guid>{evil}</guid></item></channel></rss>"
    case.run("read", "-", stdin=body.encode())
    return "exit 0"


def page_from_stdin_without_end(case: Case) -> str:
    """A page from stdin that is larger than a page may be."""
    case.run("extract", "-", stdin=b"<p>The ferry is back.</p>" * 600_000)
    return "exit 65"


def address_of_a_megabyte(case: Case) -> str:
    """Addresses of a megabyte, of NULs and of brackets, one a line."""
    lines = [
        "http://quay.example/" + "a/../" * 200_000,
        "http://[::1",
        "http://a/\x00\x1b[2J",
        "//",
        "x" * MILLION,
    ]
    case.run("canonical", "-", stdin="\n".join(lines).encode())
    return "exit 65"


def option_that_is_an_order(case: Case) -> str:
    """A part of a title that is an expression and an order to a database."""
    case.run("articles", "find", '{"$where":"sleep(1000)"}.*(a+)+$', "--source", "$ne")
    return "exit 2|exit 78"


def option_of_escapes(case: Case) -> str:
    """An address with escapes that nobody knows anything of."""
    case.run("why", "http://quay.example/\x1b[2J\x9b31m\u202e")
    return "exit 1|exit 2"


def setting_that_is_a_header(case: Case) -> str:
    """A header that an option would smuggle: a User-Agent of two lines is a mistake."""
    case.run("status")
    case.words.append("\x1b[2J")
    return "exit 2"
