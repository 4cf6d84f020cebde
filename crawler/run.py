"""Starting a crawl: a plan in, a report out. One crawl a process."""

import logging
import signal
from collections.abc import Callable

from scrapy.crawler import AsyncCrawlerProcess

from crawler import memory
from crawler.settings import scrapy_settings
from crawler.spiders.context import Context, Plan
from crawler.spiders.news import NewsSpider
from crawler.spiders.report import Report
from crawler.spiders.upcoming import next_at
from pipelines.failpoints import reached
from pipelines.signals import BOTH, undisturbed
from pipelines.store.connect import explained
from pipelines.store.errors import StoreError
from pipelines.work import Prepare, one_page


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
    memory.share_one_heap()
    context = Context.open(plan, say, prepare)
    outcome = "failed"
    try:
        watch(context.report)
        spider = _run(context)
        with undisturbed():
            if isinstance(spider.failure, StoreError):
                raise explained(spider.failure, plan.settings) from spider.failure
            if spider.failure:
                raise spider.failure
            reached("at-the-end")
            spider.finish()
            context.report.next_at = next_at(context)
            outcome = spider.outcome
    finally:
        with undisturbed():
            context.close(outcome)
    return context.report


def _run(context: Context) -> NewsSpider:
    memory.collect_less()
    process = AsyncCrawlerProcess(scrapy_settings(context.plan.settings))
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, context=context)
    # its loop listens to them, and gives them back to nobody
    before = {number: signal.getsignal(number) for number in BOTH}
    try:
        process.start(install_signal_handlers=False)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    spider = crawler.spider
    if not isinstance(spider, NewsSpider):
        logging.getLogger(__name__).error("crawl.not_started")
        raise StoreError("the crawl could not be started; --debug shows why")
    return spider
