"""The documents as text, and how their parts are found."""

import re
from pathlib import Path

from config.settings import ROOT
from tests.docs import generate

TEXTS = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in generate.DOCUMENTS}
README, OPERATE, EVENTS = (
    TEXTS[Path(name)] for name in ("README.md", "docs/operate.md", "docs/events.md")
)
PACKAGES = ("config", "crawler", "pipelines", "dateline")
CODE = re.compile(r"`([^`\n]+)`")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading of the second order."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def code_block(text: str, language: str) -> str:
    """Return the first block of code in a language."""
    return text.partition(f"```{language}\n")[2].partition("```")[0]
