"""What an operator says of a paper's boxes, carried out on the page's tree before it is read."""

from collections.abc import Iterable
from functools import lru_cache

from cssselect import HTMLTranslator
from lxml import etree
from lxml.html import HtmlElement

from config.rules import PaperRules


def prune(tree: HtmlElement, rules: PaperRules) -> None:
    """Take boxes out of the tree, in place; where the box of the text is not there, none but those.

    What is outside the box of the text goes, the head of the page and its scripts excepted.
    """
    for selector in rules.drop:
        for box in list(_select(selector)(tree)):
            _remove(box)
    held = list(_select(rules.text)(tree)) if rules.text else []
    body = tree.find("body")
    if held and body is not None:
        _keep_only(body, held)


def _keep_only(body: HtmlElement, held: Iterable[HtmlElement]) -> None:
    kept = set(held)
    around = {above for box in kept for above in box.iterancestors()}
    inside = {element for box in kept for element in box.iter()}
    for element in list(body.iter("*")):
        if element not in around and element not in inside and element is not body:
            _remove(element)


def _remove(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


@lru_cache(maxsize=512)
def _select(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))
