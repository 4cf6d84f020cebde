"""What a person is told and asked before articles are removed."""

import getpass
import platform
from typing import TYPE_CHECKING, Any

from dateline.exits import Code, Exit
from dateline.revisions import state_of, title_of
from dateline.screen import counted, one_line

if TYPE_CHECKING:
    from pipelines.store.removed import Extent

Document = dict[str, Any]
LONGEST = 500


def reason(words: str) -> str:
    """Return a reason as it is kept; raises Exit where there is none, or too much of it."""
    told = one_line(words).strip()
    if not told or len(told) > LONGEST:
        raise Exit(Code.USAGE, f"--reason takes 1 to {LONGEST} characters: who asked, or a number")
    return told


def user() -> str:
    """Return who is at this machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as containers have
        name = "somebody"
    return f"{name}@{platform.node() or 'machine'}"


def lines(article: Document, extent: "Extent | None") -> list[str]:
    """Return which article it is and what would go; ``extent`` None: it was removed before."""
    named = f"{article['_id']} {article['source']}: {title_of(article)}\n{article['url']}"
    if extent is None:
        return [f"{article['_id']} was removed before\n{state_of(article)}"]
    parts = [
        f"{counted(extent.letters, 'character')} of text",
        counted(extent.revisions, "earlier text"),
        counted(extent.pages, "raw page"),
        f"what feeds said at {counted(extent.addresses, 'address', 'addresses')}",
    ]
    copies = counted(extent.copies, "article copies it", "articles copy it")
    stays = f"; {copies}, and stays" if extent.copies == 1 else f"; {copies}, and stay"
    return [named, f"goes: {', '.join(parts)}{stays if extent.copies else ''}"]


def question(number: int) -> str:
    """Return what is asked before it is done."""
    what = "this article" if number == 1 else f"these {number} articles"
    return f"Remove {what} for good? It cannot be undone; only a backup still has it."
