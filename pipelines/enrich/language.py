"""The language of a text, told by the text and checked against what page and source say."""

import re
from functools import lru_cache

from py3langid.langid import LanguageIdentifier

SAMPLE = 1500
SHORT = 60  # letters: below this the page's own word weighs more
SURE = 0.9
TAG = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.I)
OLD = {  # withdrawn codes, and countries taken for languages
    "iw": "he",
    "ji": "yi",
    "no": "nb",
    "mo": "ro",
    "ua": "uk",
    "cz": "cs",
    "gr": "el",
    "jp": "ja",
    "kz": "kk",
    "kr": "ko",
    "dk": "da",
    "in": "id",
}
# what papers are hardly written in, and is taken for what they are: only where the page says so too
SMALL = {
    "wuu": "zh",
    "yue": "zh",
    "arz": "ar",
    "ary": "ar",
    "hbo": "he",
    "grc": "el",
    "pcm": "en",
    "ext": "es",
    "an": "es",
    "lij": "it",
    "vec": "it",
    "bcl": "tl",
    "ltg": "lv",
}
# languages that the identifier takes for one another: there the page decides
KIN = (
    frozenset({"nb", "nn", "no", "da"}),
    frozenset({"hr", "sr", "bs", "sh"}),
    frozenset({"id", "ms"}),
    frozenset({"cs", "sk"}),
    frozenset({"kk", "ky", "tt", "ba", "tg", "mn"}),
    frozenset({"gl", "pt", "es"}),
    frozenset({"af", "nl"}),
    frozenset({"az", "tr", "tk"}),
    frozenset({"fa", "ps", "ur", "ar", "ug"}),
    frozenset({"hi", "mr", "ne"}),
    frozenset({"ru", "be", "uk", "bg", "mk"}),
)


def language(text: str, page: str | None, source: str | None) -> str | None:
    """Return the BCP 47 tag of the text's language; None where nobody can tell.

    The page's own tag is returned with its script and region where the text bears it out.
    """
    said = [tag for tag in (canonical(page), canonical(source)) if tag]
    found, sure = _identified(text)
    if found is None:
        return said[0] if said else None
    for tag in said:
        if _base(tag) == found:
            return tag
    large = SMALL.get(found)
    if large:
        return next((tag for tag in said if _base(tag) == large), large)
    return next((tag for tag in said if not sure or _is_kin(_base(tag), found)), found)


def canonical(tag: str | None) -> str | None:
    """Return a language tag in its usual form, `kk-Cyrl-KZ`; None for what is none."""
    found = TAG.match((tag or "").strip())
    if not found:
        return None
    base, script, region = found.groups()
    name = OLD.get(base.lower(), base.lower())
    parts = [name, script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def _identified(text: str) -> tuple[str | None, bool]:
    sample = text[:SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if letters < 10:
        return None, False
    found, probability = identifier().classify(sample)
    name = "nb" if found == "no" else str(found)
    return name, letters >= SHORT and float(probability) >= SURE


@lru_cache(maxsize=1)
def identifier() -> LanguageIdentifier:
    """Return the model of all languages; the first call takes a second."""
    return LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)


def _base(tag: str) -> str:
    return tag.split("-")[0]


def _is_kin(one: str, other: str) -> bool:
    return any(one in kin and other in kin for kin in KIN)
