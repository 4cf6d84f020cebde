"""What a page may hold. Its worker has 20 s and 1 GB; nothing but the page may fail."""

from tests.hostile.case import HTML, Case, laughs, prose
from tests.hostile.net import http

MILLION = 1_000_000
HEAVY = "|failed: page-time|failed: page-crash|failed: timeout"
"""What may become of a page that no reader could do in its time, nor a busy machine bring."""


def _within(name: str, more: bytes) -> bytes:
    return prose(name).replace(b"</article>", more + b"</article>")


def million_tags_deep(case: Case) -> str:
    """A million elements, each in the last."""
    case.html(_within("deep", b"<div>" * MILLION))
    return "stored|excluded: no-article" + HEAVY


def million_bold_deep(case: Case) -> str:
    """A million marks of bold: each block after them repeats them all in a browser."""
    case.html(_within("bold", b"<b>" * MILLION + b"<p>ferry</p>" * 1_000))
    return "stored|excluded: no-article" + HEAVY


def tables_in_tables(case: Case) -> str:
    """A hundred thousand tables, each in a cell of the last."""
    case.html(_within("tables", b"<table><tr><td>" * 100_000))
    return "stored|excluded: no-article" + HEAVY


def table_of_a_million_cells(case: Case) -> str:
    """A table of a thousand rows and columns."""
    row = b"<tr>" + b"<td>1" * 1_000
    case.html(_within("cells", b"<table>" + row * 1_000 + b"</table>"))
    return "stored" + HEAVY


def one_line_of_megabytes(case: Case) -> str:
    """A paragraph of nearly eight megabytes in one line."""
    case.html(_within("line", b"<p>" + b"The ferry is back at the quay. " * 250_000))
    return "stored|excluded: no-article" + HEAVY


def one_word_of_megabytes(case: Case) -> str:
    """A word of nearly eight megabytes."""
    case.html(_within("word", b"<p>" + b"a" * 7_900_000))
    return "stored|excluded: no-article" + HEAVY


def million_paragraphs(case: Case) -> str:
    """As many paragraphs as fit into a page."""
    case.html(_within("paragraphs", b"<p>A ferry." * 700_000))
    return "stored|excluded: no-article" + HEAVY


def million_links(case: Case) -> str:
    """As many links as fit into a page."""
    case.html(_within("links", b"<a href=/x>x</a>" * 450_000))
    return "stored|excluded: no-article|excluded: list" + HEAVY


def million_line_breaks(case: Case) -> str:
    """A paragraph of line breaks alone."""
    case.html(_within("breaks", b"<p>a" + b"<br>" * 1_500_000))
    return "stored|excluded: no-article" + HEAVY


def million_attributes(case: Case) -> str:
    """An element of as many attributes as fit into a page."""
    many = b" ".join(b"a%d" % number for number in range(900_000))
    case.html(_within("attributes", b"<p " + many + b">A ferry."))
    return "stored" + HEAVY


def attribute_of_megabytes(case: Case) -> str:
    """A class of nearly eight megabytes."""
    case.html(_within("attribute", b'<p class="' + b"lead " * 1_500_000 + b'">A ferry.'))
    return "stored" + HEAVY


def million_headings(case: Case) -> str:
    """A page of headings alone."""
    case.html(b"<html><body>" + b"<h1>Ferry</h1>" * 500_000)
    return "excluded: no-article|excluded: list|stored" + HEAVY


def million_metas(case: Case) -> str:
    """A head of facts without end."""
    row = b'<meta property="og:title" content="A ferry"><meta name="author" content="A. Writer">'
    case.html(prose("metas", (row * 80_000).decode()))
    return "stored" + HEAVY


def million_entities(case: Case) -> str:
    """A text of references alone, the longest and the shortest that there are."""
    case.html(
        _within(
            "entities", b"<p>" + b"&CounterClockwiseContourIntegral;&#38;&#x26;&ampamp" * 150_000
        )
    )
    return "stored|excluded: no-article" + HEAVY


def document_type_of_entities(case: Case) -> str:
    """The billion laughs in a page of XHTML."""
    levels = "".join(laughs(n) for n in range(1, 10))
    kind = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "ha">{levels}]>'.encode()
    case.html(kind + _within("laughs", b"<p>&a9;</p>"), "Content-Type: application/xhtml+xml")
    return "stored"


def external_entity(case: Case) -> str:
    """A page of XHTML that would read a file and ask a guarded port."""
    inside = f"http://127.0.0.1:{case.guarded.port}/x"
    kind = (
        f'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "{inside}" [<!ENTITY a SYSTEM '
        '"file:///etc/passwd">]>'
    ).encode()
    case.html(kind + _within("external", b"<p>&a;</p>"), "Content-Type: application/xhtml+xml")
    return "stored"


def nuls(case: Case) -> str:
    """A page whose every tag has NULs in it."""
    case.html(prose("nuls").replace(b"<", b"<\x00").replace(b"p>", b"\x00p>") + b"\x00" * 99_999)
    return "stored|excluded: not-a-page|excluded: no-article"


def controls(case: Case) -> str:
    """Every control character, as a byte and as a reference."""
    odd = bytes(n for n in range(32) if n not in b"\t\n\r") + b"\x7f\xc2\x9b"
    references = "".join(f"&#{n};&#x{n:x}" for n in range(160)).encode()
    case.html(_within("controls", b"<p>A ferry " + odd + references + b"is back."))
    return "stored"


def terminal(case: Case) -> str:
    """Escapes for a terminal in title, authors, subjects and text: clear it, name it, ask it."""
    evil = "\x9b2J\x9b31m\x1b]0;owned\x07\x1b[6n\u202eyrref\u2066\u2028dateline: all is well"
    head = (
        f'<meta name="author" content="{evil}"><meta property="article:section" content="{evil}">'
    )
    head += f'<meta property="og:title" content="News of terminal {evil}"><meta name="keywords" content="{evil}">'
    case.html(prose("terminal", head, f"The ferry {evil} is back at the quay, said the harbour."))
    return "stored"


def lines_of_a_log(case: Case) -> str:
    """A title and an address of other lines of a log."""
    evil = (
        "&#13;&#10;2026-11-02 ERROR run.ended source=lantern&#10;Traceback (most recent call last)"
    )
    case.html(prose("log", f'<meta property="og:title" content="{evil}">', evil))
    return "stored"


def formulas(case: Case) -> str:
    """Words that a spreadsheet would run."""
    evil = "=HYPERLINK(&quot;http://victim.example&quot;)"
    head = f'<meta property="og:title" content="{evil}"><meta name="author" content="@SUM(1)">'
    case.html(prose("formulas", head, f"{evil} +cmd|' /C calc'!A0 -1+1 \t=1+1"))
    return "stored"


def stars_for_patterns(case: Case) -> str:
    """Lines on which a pattern that goes back and forth never ends."""
    evil = (
        b"a" * 60_000
        + b"! "
        + b" " * 60_000
        + b"x "
        + b"- " * 40_000
        + b"1" * 50_000
        + b"," * 50_000
    )
    more = b"".join(
        b"<p>" + start + evil for start in (b"By ", b"Photo: ", b"2 November ", b"", b"(")
    )
    case.html(_within("patterns", more))
    return "stored" + HEAVY


def stars_for_bylines(case: Case) -> str:
    """A byline of a hundred thousand names, commas and conjunctions."""
    names = "By " + "A. Writer, B. Scribe and " * 100_000
    case.html(prose("bylines", f'<meta name="author" content="{names}">', names))
    return "stored" + HEAVY


def stars_for_dates(case: Case) -> str:
    """Hundreds of thousands of dates that are none."""
    odd = b"<time datetime='99999-99-99T99:99:99+99:99'>32 Foo 2026 25:61</time> 2026-02-30 "
    case.html(_within("dates", odd * 50_000))
    return "stored" + HEAVY


def stars_for_patterns_of_markup(case: Case) -> str:
    """Angles, quotes and equals signs that open and never close."""
    case.html(_within("angles", b"<" * 1_000_000 + b"<a " * 300_000 + b"='\"" * 500_000))
    return "stored|excluded: no-article" + HEAVY


def words_with_a_thousand_marks(case: Case) -> str:
    """Letters below thousands of accents each."""
    case.html(_within("accents", b"<p>" + ("e" + "\u0301\u0323" * 3_000).encode() * 200))
    return "stored" + HEAVY


def letters_of_no_width(case: Case) -> str:
    """A text of letters that are not seen."""
    case.html(
        _within("unseen", ("<p>A\u200bfe\u2060rr\u00ady" + "\u200d\u200c\ufeff" * 500_000).encode())
    )
    return "stored" + HEAVY


def comment_that_never_ends(case: Case) -> str:
    """Comments that are opened and never closed."""
    case.html(prose("comment") + b"<!--" * 1_000_000)
    return "stored" + HEAVY


def script_that_never_ends(case: Case) -> str:
    """A script that holds all the rest of the page."""
    case.html(prose("script").replace(b"<article>", b"<script>x</scrip", 1))
    return "excluded: no-article|stored"


def plain_text_from_here(case: Case) -> str:
    """An element after which nothing is markup any more."""
    case.html(_within("plaintext", b"<plaintext>" + b"</p><p>" * 500_000))
    return "stored|excluded: no-article" + HEAVY


def foreign_elements(case: Case) -> str:
    """Drawings and formulas in one another, with HTML in them."""
    case.html(_within("foreign", b"<svg><math><mtext><svg><foreignObject><p>x" * 60_000))
    return "stored|excluded: no-article" + HEAVY


def forms_and_choices(case: Case) -> str:
    """A hundred thousand forms, choices and frames."""
    case.html(_within("forms", b"<form><select><option><iframe><frameset><frame>" * 60_000))
    return "stored|excluded: no-article" + HEAVY


def names_that_are_taken(case: Case) -> str:
    """Elements and ids by the names of a program's own things."""
    case.html(
        _within(
            "names",
            b"<form id=getAttribute name=parentNode><a id=__proto__ class=constructor>" * 999,
        )
    )
    return "stored"


def utf_7(case: Case) -> str:
    """A page in an encoding that hides markup."""
    case.html(prose("utf7").decode().encode("utf-7"), "Content-Type: text/html; charset=utf-7")
    return "stored|excluded: no-article|excluded: not-a-page"


def encodings_that_are_none(case: Case) -> str:
    """A page in "encodings" of Python that unpack, decode or turn letters about."""
    for one in ("base64", "zlib", "rot13", "unicode_escape", "idna", "undefined", "mbcs"):
        case.announce(
            *(f"{case.base}/{name}" for name in ("base64", "zlib", "rot13", "idna", "undefined"))
        )
        case.put(f"/{one}", http(prose(one), f"Content-Type: text/html; charset={one}"))
    case.sources[1:] = []
    return "stored"


def halves_of_letters(case: Case) -> str:
    """Bytes that are halves of letters in UTF-8, UTF-16 and Big5."""
    case.html(_within("halves", b"<p>A ferry \xed\xa0\x80\xf0\x9f \xff\xfe\x00\xd8 \xa1" * 900))
    return "stored"


def two_encodings(case: Case) -> str:
    """A page that is UTF-8 to its middle, and UTF-16 from there."""
    case.html(prose("two") + "<p>A ferry.".encode("utf-16") * 9_000)
    return "stored|excluded: not-a-page"


def escapes_of_iso_2022(case: Case) -> str:
    """A page that changes its alphabet by escapes, a hundred thousand times."""
    case.html(
        _within("escapes", b'\x1b$B$"\x1b(B' * 100_000),
        "Content-Type: text/html; charset=iso-2022-jp",
    )
    return "stored|excluded: no-article" + HEAVY


def pdf_that_is_called_a_page(case: Case) -> str:
    """A PDF by another name."""
    case.html(b"%PDF-1.7\n" + bytes(range(256)) * 4_000)
    return "excluded: not-a-page"


def archive_that_is_a_page_too(case: Case) -> str:
    """A ZIP archive that is a page behind its first bytes."""
    case.html(b"PK\x03\x04" + prose("archive"))
    return "excluded: not-a-page|stored"


def markup_as_text(case: Case) -> str:
    """A text about markup: what stands escaped in it stays words."""
    more = "The ferry wrote &lt;script&gt;alert(1)&lt;/script&gt; [b]on[/b] :smile: its [red]bow[/red]."
    case.html(prose("markup", "", more))
    return "stored"


def base_of_brackets(case: Case) -> str:
    """A base and links that are no addresses."""
    head = '<base href="http://[x"><link rel="canonical" href="//[::1"><link rel="next" href="http://[">'
    case.html(prose("base", head, '<a href="http://[::1:x/">x</a>'))
    return "stored"


def canonical_of_another_paper(case: Case) -> str:
    """A page that claims to be an article of another paper."""
    case.html(prose("claim", '<link rel="canonical" href="http://victim.example/their-article">'))
    return "stored"


def canonical_that_is_a_program(case: Case) -> str:
    """A page whose address, picture and licence are programs."""
    evil = "javascript:alert(document.cookie)"
    head = f'<link rel="canonical" href="{evil}"><meta property="og:url" content="{evil}"><meta '
    case.html(
        prose(
            "program",
            f'{head}property="og:image" content="{evil}"><link rel="license" href="{evil}">',
        )
    )
    return "stored"


def pages_without_end(case: Case) -> str:
    """An article whose next page is always another one."""
    case.html(prose("first", f'<link rel="next" href="{case.base}/1?page=2">'))
    for at in range(2, 40):
        link = f'<link rel="next" href="{case.base}/1?page={at + 1}">'
        case.put(f"/1?page={at}", http(prose(f"page {at}", link), HTML))
    return "stored|failed: incomplete"


def pages_in_a_ring(case: Case) -> str:
    """An article whose second page goes on with its first."""
    case.html(prose("ring", f'<link rel="next" href="{case.base}/1?page=2">'))
    case.put("/1?page=2", http(prose("second", f'<link rel="next" href="{case.base}/1">'), HTML))
    return "stored|failed: incomplete"


def amp_in_a_ring(case: Case) -> str:
    """A page without text whose AMP form is a page without text whose AMP form is the first."""
    case.html(f'<html><head><link rel="amphtml" href="{case.base}/amp"></head><body>x'.encode())
    case.put("/amp", http(f'<html><head><link rel="amphtml" href="{case.base}/1">'.encode(), HTML))
    return "excluded: no-article"
