"""Whether pages can be read through a browser on this machine, and what is missing."""

import importlib.util
import os
import shutil

from config.settings import Settings

NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser(settings: Settings) -> str | None:
    """Return the program of the browser, None where none is found; nothing is ever downloaded."""
    if settings.browser_path:
        return shutil.which(settings.browser_path)
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing(settings: Settings) -> str | None:
    """Return what is missing and what to do, in one sentence; None where pages can be read."""
    if importlib.util.find_spec("playwright") is None:
        return "the extra `javascript` is not installed: pip install -e '.[javascript]'"
    if browser(settings) is None and settings.browser_path:
        return f"browser_path: there is no program {settings.browser_path}"
    if browser(settings) is None:
        return "no browser is found: apt install chromium, or name one as `browser_path`"
    if settings.browser_sandbox and os.geteuid() == 0:
        return (
            "chromium keeps no sandbox for root: run dateline as a user of its own, "
            "or set `browser_sandbox` to false"
        )
    return None
