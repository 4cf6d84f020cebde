"""Tables and lists that only lay out a page: opened, so that their parts are read as blocks.

The extractor writes a table row and a list item as one line; a page of the old kind, laid out in
them, would come out as a single line of menu, title and text.
"""

from lxml import etree
from lxml.html import HtmlElement

CELL_CHARS = 400  # a cell of a data table is shorter
PARTS = 3  # paragraphs or line breaks
LAYOUT_CELL = etree.XPath(
    "boolean(.//td[.//table or .//h1 or (count(.//p) + count(.//br) + count(.//div) >= $parts"
    " and string-length(normalize-space(.)) >= $chars)])"
)
# paragraphs alone make no layout: a writer's list may have several an item
LAYOUT_ITEM = etree.XPath("boolean(./li//h1)")
TABLE_TAGS = ("tbody", "thead", "tfoot", "tr", "td", "th")


def unfold(tree: HtmlElement) -> None:
    """Turn the layout tables and lists of a tree into div, in place."""
    for table in list(tree.iter("table")):
        if LAYOUT_CELL(table, parts=PARTS, chars=CELL_CHARS):
            _open(table)
    for listed in list(tree.iter("ul", "ol")):
        if LAYOUT_ITEM(listed):
            listed.tag = "div"
            for item in listed.iterchildren("li"):
                item.tag = "div"


def _open(table: HtmlElement) -> None:
    """Rename the table and its own rows and cells; a table within stays one, until it is judged."""
    table.tag = "div"
    pending = list(table)
    while pending:
        element = pending.pop()
        if element.tag in TABLE_TAGS:
            element.tag = "div"
            pending.extend(element)
        elif element.tag == "caption":
            element.tag = "p"
