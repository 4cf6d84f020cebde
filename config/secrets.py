"""What no line of ours may show: passwords in addresses, what headers are filled with, webhooks.

Each is kept here as it is read, and taken out of whatever is written about an error or to the log:
a library may put an address into its message, and a site may say a header back.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote, urlsplit

LEAST = 4  # letters: less would be found in ordinary words
HIDDEN = "***"
_KEPT: set[str] = set()


def keep(*values: str) -> None:
    """Have values taken out from now on, in the forms that an address gives them too."""
    forms = {form for value in values for form in (value, unquote(value))}
    # a byte that is no letter stands in an argument, or a variable, as half a surrogate pair
    forms |= {
        write(form, safe="", errors="surrogatepass")
        for form in set(forms)
        for write in (quote, quote_plus)
    }
    _KEPT.update(form for form in forms if len(form) >= LEAST)


def keep_password(address: str) -> None:
    """Keep the password of an address, where it has one; what cannot be read is kept whole."""
    if is_misread(address):
        login = address.partition("://")[2].rpartition("@")[0]
        keep(login, *re.split(r"[:/?#&=]", login))
        return
    try:
        parts = urlsplit(address)
        password = parts.password or ""
    except ValueError:
        keep(address)
        return
    # one that holds "/", "?" or "#" unescaped ends the host for a parser, not for a reader
    late = address.rpartition("@")[0].rpartition("/")[2] if "@" in address else ""
    keep(password, late.rpartition(":")[2] if not password else "")


def keep_login(address: str) -> None:
    """Keep all that may be the password of an address that was refused, wherever it was cut."""
    login = address.rpartition("@")[0].partition("://")[2]
    password = login.partition(":")[2] or login
    keep(password, *re.split(r"[:/?#&=@]", password))


def is_misread(address: str) -> bool:
    """Return whether the login of a MongoDB address ends its host: it holds a raw `/`, `?`, `#`."""
    scheme, _, rest = address.partition("://")
    return scheme.startswith("mongodb") and "@" in rest and "@" not in re.split("[/?#]", rest)[0]


def keep_passwords(values: Iterable[str]) -> None:
    """Keep the passwords of all addresses among values: of proxies, of MongoDB."""
    for value in values:
        if "://" in value and "@" in value:
            keep_password(value)


def redacted(words: str) -> str:
    """Return words without what is kept, in capitals or not: a host is said back in small ones."""
    for value in sorted(_KEPT, key=len, reverse=True):
        words = re.sub(re.escape(value), HIDDEN, words, flags=re.IGNORECASE)
    return words
