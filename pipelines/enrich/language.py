"""The language of a text, told by the text and checked against what page and source say."""

import re
from collections.abc import Mapping
from functools import lru_cache

from py3langid.langid import LanguageIdentifier

SAMPLE = 1000
# of the text's beginning: where that is surely in the page's own language, the rest is not asked;
# none of 1,242 recorded texts was told otherwise by it, nor with a wrong tag
FIRST, SURE = 400, 0.9
LEAST = 10  # letters: below this only page and source can tell
# a page's own tag is taken where it is at least this likely beside the likeliest language.
# Swept 0-1 on texts cut to 25 letters, with a right and with a wrong tag: 0.3 gives 96.1 and 92.6%
# right, 0.1 gives 99.3 and 94.0, 0.01 gives 100 and 93.8; any tag at all gives 100 and 36.9
SHARE = 0.1
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
    "sdh": "ckb",
}
# written by papers and unknown to the identifier: it takes them for a neighbour
UNKNOWN = frozenset(
    {
        "ti",
        "dv",
        "bo",
        "prs",
        "ckb",
        "ny",
        "tn",
        "ts",
        "ve",
        "ss",
        "ak",
        "tw",
        "bm",
        "wo",
        "ff",
        "mi",
    }
)
NO_LANGUAGE = "zxx"
# one language to the identifier, whatever the text: there the page decides
SAME = (
    frozenset({"nb", "nn", "no"}),
    frozenset({"hr", "sr", "bs", "sh", "cnr"}),
    frozenset({"id", "ms"}),
)


def language(text: str, page: str | None, source: str | None) -> str | None:
    """Return the BCP 47 tag of the text's language; None where nobody can tell.

    The page's own tag, or the source's, is returned as it is where the text bears it out.
    """
    said = [tag for tag in (canonical(page), canonical(source)) if tag]
    if said and _is_surely(_base(said[0]), text[:FIRST]):
        return said[0]
    chances = _chances(text)
    found = max(chances, key=lambda name: chances[name], default=NO_LANGUAGE)
    if found == NO_LANGUAGE:
        return said[0] if said else None
    fitting = [tag for tag in said if _is_borne_out(_base(tag), found, chances)]
    exact = [tag for tag in fitting if _base(tag) == found]
    return next(iter((*exact, *fitting)), SMALL.get(found, found))


def _is_surely(said: str, sample: str) -> bool:
    """Return whether a text is in a language and in no other."""
    if not _is_long(sample):
        return False
    name, chance = identifier().classify(sample)
    return OLD.get(str(name), str(name)) == said and float(chance) >= SURE


def _is_long(sample: str) -> bool:
    return sum(map(str.isalpha, sample)) >= LEAST


def _is_borne_out(said: str, found: str, chances: Mapping[str, float]) -> bool:
    if said in UNKNOWN or SMALL.get(found) == said:
        return True
    if any(said in same and found in same for same in SAME):
        return True
    return chances.get(said, 0.0) >= SHARE * chances[found]


def canonical(tag: str | None) -> str | None:
    """Return a language tag in its usual form, `kk-Cyrl-KZ`; None for what is none."""
    found = TAG.match((tag or "").strip())
    if not found:
        return None
    base, script, region = found.groups()
    name = OLD.get(base.lower(), base.lower())
    parts = [name, script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def _chances(text: str) -> dict[str, float]:
    """Return each language's likelihood, together 1; {} for too short a text."""
    sample = text[:SAMPLE]
    if not _is_long(sample):
        return {}
    found: dict[str, float] = {}
    for name, chance in identifier().rank(sample):
        plain = OLD.get(str(name), str(name))
        # Serbian and Uzbek come once a script
        found[plain] = found.get(plain, 0.0) + float(chance)
    return found


@lru_cache(maxsize=1)
def identifier() -> LanguageIdentifier:
    """Return the model of all languages; the first call takes a second."""
    return LanguageIdentifier.from_model_file("data/model.npz.xz", norm_probs=True)


def _base(tag: str) -> str:
    return tag.split("-")[0]
