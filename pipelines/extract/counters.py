"""Counters set into a paragraph: how many have commented on it or shared it. Glued to its words."""

import re

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract.named import named_marks

COUNTER = etree.XPath(
    "//*[self::a or self::span][@class or @id][string-length(.) < 6]"
    "[normalize-space(.) != '' and translate(normalize-space(.), '0123456789', '') = '']"
)
COUNTED = frozenset({"comments", "share"})
NAMED = re.compile(r"count|number|total", re.IGNORECASE)  # "vote-share" holds a share of the votes


def prune(tree: HtmlElement) -> None:
    """Take the counters out of a tree, in place."""
    for element in COUNTER(tree):
        names = element.get("class"), element.get("id")
        is_counter = any(name and NAMED.search(name) for name in names)
        if is_counter and named_marks(element.tag, *names) & COUNTED:
            element.drop_tree()
