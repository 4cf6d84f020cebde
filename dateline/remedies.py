"""What a person can do about what went wrong, in half a line; "" where that is plain or nothing."""

import errno

OF_TROUBLES = {
    "dns": "look at the host's name, and whether this machine is on the network",
    "tls": "look at it in a browser; a certificate is the site's to mend",
    "connection": "try again later, or look at it in a browser",
    "timeout": "try again later; `request_timeout` is how long an answer may take",
    "status": "try again later, or look at it in a browser",
    "not-found": "look at the address in a browser",
    "refused": "the site does not want us there: ask the paper, with your address in `user_agent`",
    "busy": "try again later",
    "redirects": "look at it in a browser; `redirects_max` is how many are followed",
    "too-large": "`feed_max_bytes` and `page_max_bytes` set the limits",
    "damaged": "try again later, or look at it in a browser",
    "robots": "the site does not want us there: ask the paper, or name a file that a browser saved",
    "environment": "set the variable where dateline runs: crontab, unit or compose file",
    "browser": "`dateline sources check` says what is missing",
    "private-address": "for an intranet, set DATELINE_ALLOW_PRIVATE_ADDRESSES=true",
}
"""Of every trouble that a request may have; see docs/operate.md."""

_OF_ERRORS = {
    errno.EACCES: "whoever runs dateline needs the right to it",
    errno.EPERM: "whoever runs dateline needs the right to it",
    errno.EROFS: "name a place that can be written to",
    errno.ENOSPC: "free some space, and repeat the command",
    errno.EDQUOT: "free some space, and repeat the command",
}


def of_trouble(trouble: str) -> str:
    """Return what to do about a request that failed."""
    return OF_TROUBLES.get(trouble, "")


def of_error(error: BaseException) -> str:
    """Return what to do about a file that cannot be used."""
    return _OF_ERRORS.get(getattr(error, "errno", None) or 0, "")


def is_full(error: OSError) -> bool:
    """Return whether a file could not be written for want of space."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


def beside(words: str, remedy: str) -> str:
    """Return what went wrong, and in a second line what to do."""
    return f"{words}\n{remedy}" if remedy else words
