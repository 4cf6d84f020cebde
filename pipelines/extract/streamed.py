"""Parts of a page that come after it, hidden, and that a script puts in their places. In place.

So pages are streamed that React renders on the server: ``<template id="B:1">`` or ``"P:1"`` holds
the place of ``<div hidden id="S:1">``.
"""

from lxml import etree
from lxml.html import HtmlElement

PARTS = etree.XPath("//div[@hidden and starts-with(@id, 'S:')]")
PLACES = etree.XPath("//template[starts-with(@id, 'B:') or starts-with(@id, 'P:')]")


def settle(tree: HtmlElement) -> None:
    """Put each part that came late where it belongs; one without a place stays hidden."""
    places = {place.get("id", "")[2:]: place for place in PLACES(tree)}
    for part in PARTS(tree):
        place = places.pop(part.get("id", "")[2:], None)
        if place is not None and place not in part.iterdescendants("template"):
            part.drop_tree()
            place.tag = "div"
            place.text = part.text
            place.extend(part)
