"""Starting a crawl: a plan in, a report out. One crawl a process."""

import gc
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scrapy.crawler import AsyncCrawlerProcess

from crawler.settings import scrapy_settings
from crawler.spiders.context import Context, Plan, Report
from crawler.spiders.news import SIGNALS, NewsSpider
from crawler.spiders.upcoming import next_at
from pipelines.reread import Prepare
from pipelines.store.connect import explained
from pipelines.store.errors import StoreError
from pipelines.work import one_page


def crawl(
    plan: Plan,
    say: Callable[[str], None] = lambda _: None,
    watch: Callable[[Report], None] = lambda _: None,
    prepare: Prepare = one_page,
) -> Report:
    """Collect what is due and return the report; ``watch`` gets it while it grows.

    Raises StoreError where MongoDB cannot be reached or goes away, BusyError where another run is
    under way, WorkersError where no extraction worker can be started.
    A stop by SIGINT or SIGTERM is an outcome, not an error.
    """
    with _signals() as hold_back:
        context = Context.open(plan, say, prepare)
        outcome = "failed"
        try:
            watch(context.report)
            spider = _run(context)
            hold_back()
            if isinstance(spider.failure, StoreError):
                raise explained(spider.failure, plan.settings) from spider.failure
            if spider.failure:
                raise spider.failure
            spider.finish()
            context.report.next_at = next_at(context)
            outcome = spider.outcome
        finally:
            context.close(outcome)
    return context.report


@contextmanager
def _signals() -> Iterator[Callable[[], None]]:
    """Give the signals that the spider listens to back to who had them before.

    Its loop hears nothing any more once it has ended. Yields what to call then: a signal that comes
    while the run's things are put away waits until they are.
    """
    before = {number: signal.getsignal(number) for number, _ in SIGNALS}
    late: list[int] = []

    def hold_back() -> None:
        for number in before:
            signal.signal(number, lambda number, _: late.append(number))

    try:
        yield hold_back
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for missed in late[:1]:
            signal.raise_signal(missed)


def _collect_less() -> None:
    """Leave what was imported out of each collection of garbage, and collect a tenth as often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(7_000, 10, 10)


def _run(context: Context) -> NewsSpider:
    _collect_less()
    process = AsyncCrawlerProcess(scrapy_settings(context.plan.settings))
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, context=context)
    process.start(install_signal_handlers=False)
    spider = crawler.spider
    if not isinstance(spider, NewsSpider):
        logging.getLogger(__name__).error("crawl.not_started")
        raise StoreError("the crawl could not be started; --debug shows why")
    return spider
