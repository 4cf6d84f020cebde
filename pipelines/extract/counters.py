"""Counters set into a paragraph: how many have commented on it or shared it. Glued to its words."""

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract.places import named_marks

COUNTER = etree.XPath(
    "//*[self::a or self::span][@class or @id][string-length(.) < 6]"
    "[normalize-space(.) != '' and translate(normalize-space(.), '0123456789', '') = '']"
)
COUNTED = frozenset({"comments", "share"})


def prune(tree: HtmlElement) -> None:
    """Take the counters out of a tree, in place."""
    for element in COUNTER(tree):
        if named_marks(element.tag, element.get("class"), element.get("id")) & COUNTED:
            element.drop_tree()
