"""A document as a tree, by lxml: nothing is fetched, no entity is expanded, damage is read past."""

from lxml import etree

from crawler.readers.mend import mend
from crawler.readers.notes import Notes


def parse(text: str, start: int, notes: Notes) -> etree._Element | None:
    """Return the root element that begins at ``start``; None where nothing can be made of it."""
    mended = mend(text, start)
    notes.cut(mended.warnings)
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    root = etree.fromstring(mended.xml.encode("utf-8", errors="replace"), parser)
    if parser.error_log:
        notes.flaw("not well-formed XML; read as far as it makes sense")
    return root


def local(node: etree._Element) -> str:
    """Return the element's name in lower case without its namespace or prefix."""
    name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
    return name.rpartition(":")[2].lower()
