"""What an operator says of one paper's pages: which boxes, lines and rules, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Self

from cssselect import HTMLTranslator
from cssselect.parser import SelectorError
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

ACTS = ("text", "drop", "strip", "keep", "off")


def _selector(value: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(value)
    except (SelectorError, ValueError, RecursionError) as error:
        raise ValueError(f"not a selector: {error}") from error
    return value


Selector = Annotated[
    str, StringConstraints(min_length=1, max_length=500), AfterValidator(_selector)
]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Rule(BaseModel):
    """One rule of a paper; all that is not written is left as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date | None = None
    """The first day on which it holds, by the day the page was fetched."""
    until: date | None = None
    """The last one: a page from before a redesign is read by the rule of its time."""
    text: Selector | None = None
    """CSS: the box that holds the article; the rest of the page is not looked at."""
    drop: tuple[Selector, ...] = ()
    """CSS: boxes that are taken out of the page before it is read."""
    strip: tuple[Phrase, ...] = ()
    """Lines that are furniture, as phrases of ``config/phrases`` are written."""
    keep: tuple[Phrase, ...] = ()
    """Lines that no rule and no template takes."""
    off: tuple[Phrase, ...] = ()
    """Cleaning rules that are not asked, by the name under which they record what they take."""

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not any(getattr(self, act) for act in ACTS):
            raise ValueError("a rule that does nothing")
        if self.since and self.until and self.since > self.until:
            raise ValueError("since is after until")
        return self


@dataclass(frozen=True, slots=True)
class PaperRules:
    """All that holds for a paper's pages on one day."""

    text: str | None = None
    drop: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    off: frozenset[str] = field(default_factory=frozenset)


NO_RULES = PaperRules()


def holding(rules: Sequence[Rule], day: date) -> PaperRules:
    """Return what the rules that hold on a day say together; of several ``text`` the last."""
    held = [
        rule
        for rule in rules
        if (rule.since is None or rule.since <= day) and (rule.until is None or day <= rule.until)
    ]
    return PaperRules(
        text=next((rule.text for rule in reversed(held) if rule.text), None),
        drop=tuple(one for rule in held for one in rule.drop),
        strip=tuple(one for rule in held for one in rule.strip),
        keep=tuple(one for rule in held for one in rule.keep),
        off=frozenset(one for rule in held for one in rule.off),
    )
