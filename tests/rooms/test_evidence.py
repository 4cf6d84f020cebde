"""What a page's head and JSON-LD say of the article, and of nothing else on the page."""

from lxml import html

from pipelines.extract import evidence, jsonld


def test_a_meta_may_write_value_for_content() -> None:
    tree = html.fromstring(
        "<html><head><meta name='pubdate' value='2026-03-14'>"
        "<meta property='og:title' content='Pier opens' value='no'></head><body></body></html>"
    )

    meta = evidence.read(tree).meta

    assert meta == {"pubdate": ("2026-03-14",), "og:title": ("Pier opens",)}


def test_what_readers_wrote_about_an_object_is_not_the_article() -> None:
    script = """{"@type": "Recipe", "name": "Plum cake", "datePublished": "2026-03-14", "review": [
        {"@type": "Review", "headline": "Fine", "author": "tom", "datePublished": "2026-03-18"}]}"""

    found = jsonld.things([script])

    assert [thing["@type"] for thing in found] == ["Recipe"]
    assert jsonld.article(found) == {}


def test_a_review_that_stands_alone_is_the_article() -> None:
    script = '{"@type": "Review", "headline": "A play", "itemReviewed": {"@type": "Article"}}'

    assert jsonld.article(jsonld.things([script]))["headline"] == "A play"


def test_of_several_articles_it_is_the_one_with_the_title_of_the_page() -> None:
    other = '{"@type": "NewsArticle", "headline": "Ferry sails", "author": "Tom Oak"}'
    own = '{"@type": "NewsArticle", "headline": "Pier opens at last"}'
    scripts = f"<script type='application/ld+json'>[{other}, {own}]</script>"

    named = evidence.read(html.fromstring(f"<html>{scripts}<h1>Pier opens at last</h1></html>"))
    unnamed = evidence.read(html.fromstring(f"<html>{scripts}<h1>The harbour</h1></html>"))

    assert named.article["headline"] == "Pier opens at last"
    assert unnamed.article["headline"] == "Ferry sails", "the one that says most"
