"""What a page calls itself is believed where it makes sense, and only there."""

import pytest

from pipelines.identify.claimed import agreed

OWN = "https://www.lantern.example/2026/harbour-opens?page=2"
AS_IT_IS = "https://lantern.example/2026/harbour-opens?page=2"
STORY = "https://lantern.example/story/881"
OWNED = ("coast.example",)


@pytest.mark.parametrize(
    ("why", "url", "rel_canonical", "og_url", "expected"),
    [
        ("no claim", OWN, None, None, AS_IT_IS),
        ("empty claims", OWN, "", " ", AS_IT_IS),
        ("the page knows better", OWN, "https://lantern.example/2026/harbour-opens", None,
         "https://lantern.example/2026/harbour-opens"),
        ("og:url where there is no other", OWN, None, "http://m.lantern.example/story/881/", STORY),
        ("rel=canonical first", OWN, "/story/881", "/story/882", STORY),
        ("a relative one", "https://lantern.example/2026/a", "b-1", None,
         "https://lantern.example/2026/b-1"),
        ("a parameter that the paper says is idle", f"{STORY}?ad=7", "/story/881", None, STORY),
        ("another site of the paper", OWN, "https://news.lantern.example/881", None,
         "https://news.lantern.example/881"),
        ("another domain of the source", OWN, "https://www.coast.example/881", None,
         "https://coast.example/881"),
        ("another paper, then its own", OWN, "https://review.example/881", "/story/881", STORY),
        ("a name that ends like the source's", OWN, "https://notcoast.example/881", None, AS_IT_IS),
        ("the home page", OWN, "https://www.lantern.example/", None, AS_IT_IS),
        ("the home page of a language", OWN, "/fr/", None, AS_IT_IS),
        ("the home page of another domain", OWN, "https://coast.example", None, AS_IT_IS),
        ("the section above", "https://lantern.example/news/harbour-opens", "/news/", None,
         "https://lantern.example/news/harbour-opens"),
        ("a section elsewhere", OWN, "/local/harbour", None, AS_IT_IS),
        ("a short name of a page with one", "https://lantern.example/harbour", "/news/pier", None,
         "https://lantern.example/news/pier"),
        ("a headline of two words", OWN, "/harbour-opens", None,
         "https://lantern.example/harbour-opens"),
        ("a headline in words", OWN, "/local/the-harbour-opens", None,
         "https://lantern.example/local/the-harbour-opens"),
        ("the article without its headline", f"{STORY}/harbour-opens", "/story/881", None, STORY),
        ("a script without its number", "https://lantern.example/story.php?id=9", "/story.php",
         None, "https://lantern.example/story.php?id=9"),
        ("a list's page without its number", "https://lantern.example/press/news.html?n=9",
         "/press/news.html", None, "https://lantern.example/press/news.html?n=9"),
        ("a program without its route", "https://lantern.example/app-2026#!/news/9", "/app-2026",
         None, "https://lantern.example/app-2026#!/news/9"),
        ("a home page with an article's number", OWN, "/?p=881", None,
         "https://lantern.example/?p=881"),
        ("what a template prints for nothing", OWN, "/2026/11/undefined", "/story/881", STORY),
        ("where nothing is", OWN, "/404", None, AS_IT_IS),
        ("where a reader signs in", OWN, "/2026/sign-in.php", None, AS_IT_IS),
        ("a headline that ends so", OWN, "/story/881-how-to-sign-in", None,
         "https://lantern.example/story/881-how-to-sign-in"),
        ("no web address", OWN, "javascript:void(0)", "mailto:desk@lantern.example", AS_IT_IS),
        ("another server of one machine", "http://127.0.0.1:8001/a1", "http://127.0.0.1:8002/a1",
         None, "https://127.0.0.1:8001/a1"),
    ],
)  # fmt: skip
def test_a_claim_is_taken_where_it_makes_sense(
    why: str,
    url: str,
    rel_canonical: str | None,
    og_url: str | None,
    expected: str,  # the row of a table
) -> None:
    assert agreed(url, rel_canonical, og_url, OWNED) == expected, why
