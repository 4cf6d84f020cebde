"""What a box of a page is by its tag, class and id: a caption, a menu, a footer.

What sites call the boxes around an article is written below as spellings: a letter or a group
before a ``?`` may be missing, of ``(?:one|other)`` there is one.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

TAG_MARKS = {
    "figure": "caption",
    "figcaption": "caption",
    "aside": "aside",
    "nav": "nav",
    "footer": "footer",
    "time": "time",
    "button": "tool",
    "h1": "title",
    "table": "table",
    "blockquote": "quote",
    "li": "list",
    "b": "stressed",
    "strong": "stressed",
    "em": "stressed",
    "i": "stressed",
    "small": "small",
    "form": "form",
    "fieldset": "form",
    "label": "form",
    "dialog": "popup",
}
# what sites call the boxes around an article, told after splitting class and id at hyphens,
# underscores and camel case
WORDS = {  # one of these words anywhere in a class name: related-links, box_related
    "caption": """caption wp-caption photo-?credit image-?credit photographer image-?info
        image-?source (?:img|image|photo)-?description""",
    "crumb": "breadcrumbs? bread-crumbs? crumbs? you-are-here",
    "byline": """bylines? authors? autore?s? auteurs? writer contributors? redakteur journalist""",
    "share": "share sharing sharebar addthis addtoany sharedaddy socials?",
    "related": """related relateds? recommend(?:ed|ations?)? read-?more see-?also also-?read
        more-?(?:news|stories|articles|from|on) read-?also readalso most-?read teasers? outbrain
        taboola similar zergnet yarpp crp next-?(?:post|article) prev-?(?:post|article)
        post-?navigation suggested""",
    "newsletter": "newsletters? infolettres? mailing-?list mailchimp sign-?up-?form",
    "comments": """comments? comment-?list disqus kommentare? comentarios? commentaires? commenti
        comentarii komentar(?:z|ze|ai|i|e)? komentare yorum(?:lar)? reacties reactions""",
    "bio": """biography author-?(?:bio|box|info|description|profile|card) about-?(?:the-?)?author
        autor-?box saboxplugin m-a-box molongui""",
    "form": """wpcf7 gform gform-wrapper hs-form mc4wp mc4wp-form contact-?form comment-?form
        search-?form login-?form poll polls survey quiz""",
    "promo": "cta call-?to-?action promo promos promotion promotional promobox",
    "legal": "disclaimers? disclosures? affiliate-?(?:disclosure|disclaimer|notice)",
    "embed": "twitter-?tweet instagram-?media fb-?post tiktok-?embed bluesky-?embed reddit-?embed",
    "popup": "modal popup pop-up lightbox-content tooltip",
    "contents": "toc table-of-contents ez-toc-container lwptoc toc-container",
    "hidden": """sr-only visually-?hidden visuallyhidden screen-?reader(?:-text)? element-invisible
        assistive-text""",
    "tool": """toolbar font-?size translate translator language-?(?:picker|switcher|selector)
        goog-te""",
    "footer": "footer copyright colophon",
}
ENDINGS = {  # a class name that ends so: post-tags, but not tag-politics, which names the article's
    "time": """date datetime time timestamp published pubdate updated publishdate postdate fecha
        datum""",
    "meta": "meta metadata info infos infobar",
    "section": """kicker eyebrow category categories cat-links section-(?:name|label|title) rubric
        rubrik flag label""",
    "tags": "tags tag-?list tagcloud keywords topics tag-links",
    "newsletter": "subscribe subscription signup sign-up paywall",
    "ad": "ads? advert advertisement advertorial banner werbung anzeige reklama",
    "bio": "bio",
    "caption": "credits? legend",
    "tool": "tools? print printer email bookmark listen",
    "nav": "nav navbar navigation menu pager pagination",
}
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NONE: frozenset[str] = frozenset()
MOST_LETTERS = 400  # of class and id: pages made with utility classes have thousands


def spellings(written: str) -> list[str]:
    """Return the words that a spelling stands for."""
    found, at = [""], 0
    while at < len(written):
        if written.startswith("(?:", at):
            end = written.index(")", at)
            parts = [form for one in written[at + 3 : end].split("|") for form in spellings(one)]
        else:
            end, parts = at, [written[at]]
        at = end + 1
        if written[at : at + 1] == "?":
            at, parts = at + 1, [*parts, ""]
        found = [before + part for before in found for part in parts]
    return found


def _by_name(named: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the marks that each name stands for."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for mark, words in named.items():
        for name in (name for one in words.split() for name in spellings(one)):
            found[name].add(mark)
    return {name: frozenset(marks) for name, marks in found.items()}


ANYWHERE, AT_END = _by_name(WORDS), _by_name(ENDINGS)
FIRST = frozenset(name.partition("-")[0] for name in (*ANYWHERE, *AT_END))
LONGEST = max(name.count("-") + 1 for name in (*ANYWHERE, *AT_END))


@lru_cache(maxsize=256)
def tag_marks(tag: str) -> frozenset[str]:
    """Return what an element's tag says about what stands in it."""
    return frozenset({TAG_MARKS[tag]}) if tag in TAG_MARKS else NONE


@lru_cache(maxsize=8192)
def named_marks(tag: str, class_: str | None, id_: str | None) -> frozenset[str]:
    """Return what an element's tag, class and id say about what stands in it."""
    # the page's own frame is named for all that it may hold: such names say nothing
    if tag in {"html", "body"}:
        return NONE
    name = CAMEL.sub("-", f"{class_ or ''} {id_ or ''}"[:MOST_LETTERS]).lower().replace("_", "-")
    return tag_marks(tag).union(*_marks(name))


def _marks(name: str) -> Iterator[frozenset[str]]:
    for one in name.split():
        words = one.split("-")
        for start, first in enumerate(words):
            if first not in FIRST:  # most names say nothing: a look at each word tells
                continue
            for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                said = "-".join(words[start:end])
                yield ANYWHERE.get(said, NONE)
                if end == len(words):
                    yield AT_END.get(said, NONE)
