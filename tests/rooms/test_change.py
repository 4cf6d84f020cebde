"""Whether a paper changed what an article says: each edit that counts, and each that does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identify.change import is_kept, is_significant

HEAD = (
    "The ferry of berth two left the quay at dawn, and nobody had seen the lighthouse dark before."
)
TAIL = (
    "The council of the harbour meets again on Friday to vote on the lamp, and the school may come."
)
RUSSIAN = "Паром отошёл от причала на рассвете, и никто прежде не видел маяк без огня над гаванью."
ARABIC = "غادرت العبارة الرصيف عند الفجر ولم يكن أحد قد رأى المنارة مظلمة من قبل فوق المرفأ القديم."
CHINESE = "渡轮在黎明离开码头，此前没有人见过灯塔熄灭。委员会将在星期五开会，就修理费用表决。"
HINDI = "नौका भोर में घाट से निकल गई और किसी ने पहले कभी प्रकाश स्तंभ को बुझा हुआ नहीं देखा था।"
THAI = "เรือข้ามฟากออกจากท่าเรือตอนรุ่งสาง และไม่มีใครเคยเห็นประภาคารมืดมาก่อน สภาท่าเรือจะประชุมอีกครั้งในวันศุกร์"


def page(*between: str, head: str = HEAD, tail: str = TAIL, under: str = "") -> str:
    """Return a text of two sentences with lines between them and one under them."""
    return "\n\n".join(line for line in (head, *between, tail, under) if line)


QUIET = [
    ("en", "a clock", page(under="14:30"), page(under="16:05")),
    ("en", "a labelled clock", page("Updated: 3 May, 14:30"), page("Updated: 4 May, 09:10")),
    ("en", "an age", page("Published 3 hours ago"), page("Published 2 days ago")),
    ("en", "an age that becomes a day", page("Posted 3 hours ago"), page("Posted yesterday")),
    ("en", "a counter", page(under="1,204 views"), page(under="9,811 views")),
    ("en", "a counter that is short", page("1.2K shares"), page("3K shares")),
    ("en", "a counter that appears", page(), page(under="Comments (7)")),
    ("en", "a reading time", page("4 min read"), page("5 min read")),
    (
        "en",
        "the weather",
        page(under="Port Ambry +5 °C, rain"),
        page(under="Port Ambry −2 °C, sun"),
    ),
    ("en", "the markets", page(under="USD 450.2 EUR 490.1"), page(under="USD 451.0 EUR 488.7")),
    ("en", "an index", page(under="Coast 100 ▲ 1204"), page(under="Coast 100 ▼ 1198")),
    ("en", "quotes", page('He said "no".'), page("He said “no”.")),
    ("en", "dashes", page("The lamp - old - fell."), page("The lamp — old — fell.")),
    ("en", "spaces", page("The  lamp fell."), page("The lamp\u00a0fell.")),
    ("en", "case", page("THE LAMP FELL."), page("The lamp fell.")),
    ("en", "soft hyphens", page("The light\u00adhouse fell."), page("The lighthouse fell.")),
    ("en", "where paragraphs end", page("One bell.", "Two bells."), page("One bell. Two bells.")),
    ("de", "an age", page("vor 3 Stunden"), page("vor 2 Tagen")),
    ("de", "a clock", page("Stand: 14:30 Uhr"), page("Stand: 16:05 Uhr")),
    ("fr", "an age", page("il y a 3 heures"), page("il y a 2 jours")),
    ("es", "a counter", page(under="1.204 visitas"), page(under="9.811 visitas")),
    ("tr", "an age", page("3 saat önce"), page("2 gün önce")),
    ("pl", "a counter", page(under="Wyświetleń: 204"), page(under="Wyświetleń: 1 811")),
    ("ru", "an age", page("5 часов назад", head=RUSSIAN), page("2 дня назад", head=RUSSIAN)),
    ("ru", "a counter", page("Просмотров: 12", head=RUSSIAN), page("Просмотров: 98", head=RUSSIAN)),
    ("ar", "an age", page("قبل 3 ساعات", head=ARABIC), page("قبل 5 دقائق", head=ARABIC)),
    ("zh", "an age", page("3小时前", head=CHINESE), page("2天前", head=CHINESE)),
    ("zh", "a counter", page("阅读 1204", head=CHINESE), page("阅读 9811", head=CHINESE)),
    ("th", "an age", page("3 ชั่วโมงที่แล้ว", head=THAI), page("5 ชั่วโมงที่แล้ว", head=THAI)),
    ("ko", "a counter", page("조회수 1204"), page("조회수 9811")),
]
MEANT = [
    ("en", "a figure", HEAD, HEAD.replace("two", "ten")),
    ("en", "a figure in digits", page("It cost 1.5 million."), page("It cost 15 million.")),
    ("en", "two figures for one", page("Berths 1 and 23."), page("Berths 12 and 3.")),
    ("en", "a currency", page("It cost $5."), page("It cost €5.")),
    ("en", "a share", page("It rose by 5%."), page("It rose by 5.")),
    ("en", "a sign", page("It fell to −5 degrees."), page("It fell to 5 degrees.")),
    ("en", "a clock in a sentence", page("It left at 14:30."), page("It left at 15:30.")),
    ("en", "a day in a sentence", page("It left on 3 May."), page("It left on 4 May.")),
    ("en", "an age in a sentence", page("She left 3 years ago."), page("She left 5 years ago.")),
    ("en", "a clock in a short line", page(under="It is at 8:30."), page(under="It is at 9:30.")),
    ("en", "an item of a list of prices", page(under="Port Ambry: $5 a day ($9 for two)"),
     page(under="Port Ambry: $6 a day ($9 for two)")),
    ("en", "a name", page("Ana Bell kept the lamp."), page("Anna Bell kept the lamp.")),
    ("en", "a not", page("It will be sold."), page("It will not be sold.")),
    ("en", "a paragraph more", page(), page("Two bells rang.")),
    ("en", "a paragraph less", page("Two bells rang."), page()),
    ("en", "paragraphs in another order", page("One.", "Two."), page("Two.", "One.")),
    ("en", "a result", page(under="Lions 3 Bears 2"), page(under="Lions 3 Bears 3")),
    ("en", "a result of short names", page(under="USA 3 UK 2"), page(under="USA 3 UK 3")),
    ("en", "one price", page(under="Tickets: $5"), page(under="Tickets: $6")),
    ("en", "a time in a programme", page("14:30", "The bell"), page("15:30", "The bell")),
    ("en", "a fact under the text", page(under="Magnitude: 5.2"), page(under="Magnitude: 5.4")),
    ("en", "a table without a sentence", "Lions 3\n\nBears 2", "Lions 3\n\nBears 1"),
    ("en", "a clock in a text without a sentence", "Bell\n\n08:15", "Bell\n\n08:25"),
    ("en", "two prices in a sentence", page("It is $5, or $6 in the hall, says the council."),
     page("It is $5, or $7 in the hall, says the council.")),
    ("de", "a name", page("Jörg Bell kam."), page("Jorg Bell kam.")),
    ("ru", "a word", RUSSIAN, RUSSIAN.replace("никто", "кто-то")),
    ("ar", "a word", ARABIC, ARABIC.replace("الفجر", "الظهر")),
    ("zh", "a character", CHINESE, CHINESE.replace("没有人", "有人")),
    ("zh", "a day", CHINESE, CHINESE.replace("星期五", "星期四")),
    ("hi", "a vowel sign", HINDI, HINDI.replace("नौका", "नौकी")),
    ("hi", "a not", HINDI, HINDI.replace(" नहीं", "")),
    ("th", "a not", THAI, THAI.replace("ไม่มีใคร", "มีใคร")),
]  # fmt: skip


@pytest.mark.parametrize(("language", "why", "before", "after"), QUIET)
def test_what_a_page_makes_anew_is_no_change(
    language: str, why: str, before: str, after: str
) -> None:
    assert before != after
    assert not is_significant(before, after, language), why
    assert not is_significant(after, before, language), why


@pytest.mark.parametrize(("language", "why", "before", "after"), MEANT)
def test_what_a_paper_says_otherwise_is_a_change(
    language: str, why: str, before: str, after: str
) -> None:
    assert is_significant(before, after, language), why
    assert is_significant(after, before, language), why


lines = st.lists(st.text(alphabet="ab1 .,-港\u00a0", max_size=12), max_size=6).map("\n\n".join)


@given(lines)
def test_a_text_is_as_it_was_however_it_is_set(text: str) -> None:
    assert not is_significant(text, text)
    assert not is_significant(text, text.upper().replace(" ", "  "))


@given(lines, st.sampled_from(["lamp", "灯", "पुल"]), st.integers(0, 99))
def test_a_word_more_is_always_a_change(text: str, word: str, at: int) -> None:
    at = min(at, len(text))

    assert is_significant(text, f"{text[:at]} {word} {text[at:]}", "en")


@pytest.mark.parametrize(
    ("before", "places", "is_all"),
    [
        ("One.\n\nTwo.", ["Three.\n\nOne.\n\nTwo."], True),
        ("One.\n\nTwo.", ["Three.\n\nOne."], False),
        ("One.\n\nTwo.", ["Three.\n\nOne.", "two"], True),
        ("One.\n\n—", ["One."], True),
        ("", [], True),
    ],
)
def test_a_text_is_kept_where_each_of_its_lines_is(
    before: str, places: list[str], is_all: bool
) -> None:
    assert is_kept(before, places) == is_all
