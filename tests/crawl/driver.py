"""A crawl whose line loops in C over one page and kills its worker over another.

Run as ``python -m tests.crawl.driver``; settings and catalogue come from the environment, the
report goes to stdout as JSON.
"""

import json
import os
import re
import signal
import sys
from pathlib import Path

from crawler.run import crawl
from crawler.spiders.context import Plan
from pipelines.records import Page, Template
from pipelines.work import Worked, one_page


def prepare(page: Page, site: str, template: Template | None) -> Worked:
    """Return what the line makes of a page; never return over a bad one."""
    if page.url.endswith("/loops"):
        Path(os.environ["DATELINE_HOME"], "looping").touch()
        re.match(r"(a+)+$", "a" * 64 + "b")
    if page.url.endswith("/kills"):
        os.kill(os.getpid(), signal.SIGKILL)
    return one_page(page, site, template)


def main() -> None:
    """Crawl all, print the report."""
    report = crawl(Plan.make(is_all=True), prepare=prepare)
    json.dump(report.document(), sys.stdout)


if __name__ == "__main__":
    main()
