"""Takes from the extractor's lines what is not the article, each line with the rule that took it.

A rule is a file of this folder with an ``apply``. Those of FIRST measure the whole answer and are
asked once; the others are asked in the order of their names, again and again until none takes a
line, so that none depends on another's turn. A rule never adds, changes or reorders a line.
"""

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping
from types import ModuleType
from typing import Final

from pipelines.extract.manuscript import Manuscript

Rule = Callable[[Manuscript], Manuscript]
ROUNDS = 6  # a line hides at most a few others behind it


def _modules() -> dict[str, ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = {name: importlib.import_module(f"{__name__}.{name}") for name in names}
    return {name: module for name, module in found.items() if hasattr(module, "apply")}


RULES: Final[Mapping[str, Rule]] = {name: module.apply for name, module in _modules().items()}
RECORDED: Final[Mapping[str, str]] = {name: module.RULE for name, module in _modules().items()}
"""The name under which a file's lines are recorded as stripped."""
FIRST: Final = ("outside",)


def clean(manuscript: Manuscript, without: Collection[str] = ()) -> Manuscript:
    """Return the manuscript less what the rules take.

    ``without`` names rules, as lines are recorded under them, that are not asked.
    """
    asked = {name: apply for name, apply in RULES.items() if RECORDED[name] not in without}
    for name in FIRST:
        if first := asked.pop(name, None):
            manuscript = first(manuscript)
    for _ in range(ROUNDS):
        before = len(manuscript.lines)
        for apply in asked.values():
            manuscript = apply(manuscript)
        if len(manuscript.lines) == before:
            break
    return manuscript
