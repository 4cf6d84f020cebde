"""`dateline why`: one address's whole story."""

from typing import Any

import click

from dateline.exits import Code, Exit

Document = dict[str, Any]
DAY = len("2026-11-02")  # when it was seen last is kept to the day


@click.command()
@click.argument("url")
@click.option("--json", "is_json", is_flag=True, help="One JSON document.")
def command(url: str, is_json: bool) -> None:
    """Tell where an address stands and how it came there.

    Example: dateline why https://paper.example/2026/11/a-new-bridge
    """
    from dateline import screen
    from dateline.database import opened
    from dateline.story import alike
    from pipelines.identify.canonical import canonical, ledger_key
    from pipelines.store.query import Query

    try:
        key, form = ledger_key(url), canonical(url)
    except ValueError as error:
        words = f"{url!r} is no web address: {error}\nWrite it whole, from http:// or https:// on"
        raise Exit(Code.USAGE, words) from error
    with opened() as connection:
        query = Query(connection.db)
        row = query.row(key)
        article = query.article(row["article"] if row and row["article"] else form, form)
        if row is None and article:  # its own address, say, where a feed announced another
            row = next(iter(query.rows({"article": article["_id"]}, 1)), None)
        row = row or query.row_of_form(form, _hosts(url, form))
        key = row["_id"] if row else key
        feed = query.feed(row["feed"]) if row and row["feed"] else None
        copied = article["duplicate_of"] if article else None
        head = query.article(copied, None) if copied else None
        story = {
            "row": row,
            "feed": feed,
            "article": article,
            "alike": alike(article, head) if article and head else None,
            **query.raw_page(key),
        }
    if is_json:
        screen.write_json(story)
    is_known = row is not None or article is not None
    asked = f"Asked was the database {connection.db.name}; MONGODB_DATABASE names another"
    for line in () if is_json else [*tell(url, form, story), *([] if is_known else [asked])]:
        screen.write(line)
    if not is_known:
        raise Exit(Code.LOOK)


def _hosts(url: str, form: str) -> set[str]:
    """Return the hosts at which an address may have been announced in another form."""
    from crawler.frontier import host_of

    hosts = {host_of(url), host_of(form)}
    return hosts | {f"www.{host}" for host in hosts}


def tell(url: str, form: str, story: Document) -> list[str]:
    """Return the story in sentences."""
    from pipelines.identify.canonical import ledger_key

    row, article = story["row"], story["article"]
    if row is None:
        met = [f"It is another address of article {article['_id']}."] if article else []
        return [f"No feed ever announced {url}", f"Its canonical form is {form}", *met]
    if row["_id"] != ledger_key(url):
        return [f"{url} is another address of", *tell(row["url"], form, story)]
    return [*_row(row, form), *_feed(story["feed"]), *_article(article, story)]


def _row(row: Document, form: str) -> list[str]:
    why = f": {row['reason']}" if row["reason"] else ""
    detail = f" ({row['detail']})" if row["detail"] else ""
    lines = [
        row["url"],
        f"canonical form  {form}",
        f"state           {row['state']}{why}{detail}",
        f"source          {row['source']}, asked at {row['host']}",
        f"first seen      {_time(row['first_seen_at'])}, last on {_time(row['seen_at'])[:DAY]}",
        f"last visit      {_time(row['visited_at'])}, failed tries in a row: {row['attempts']}",
        f"next visit      {_time(row['next_at'])}",
    ]
    lease = row.get("lease") or {}
    return lines + ([f"taken by        {lease['by']}"] if lease.get("by") else [])


def _feed(feed: Document | None) -> list[str]:
    return [f"announced by    {feed['url']}"] if feed else []


def _article(article: Document | None, story: Document) -> list[str]:
    pages = _pages(story)
    if article is None:
        return pages
    from dateline.revisions import state_of, title_of
    from dateline.screen import counted
    from dateline.story import in_words

    lines = [
        *pages,
        f"article         {article['_id']}, revision {article['revision']}: {title_of(article)}",
        f"shown           {state_of(article)}",
        f"published       {_time(article['published_at'])}",
        f"stripped        {counted(len(article['stripped']) + article['stripped_more'], 'line')}",
    ]
    if article["duplicate_of"]:
        shared = f": {in_words(story['alike'])}" if story["alike"] else ""
        lines.append(f"{article['relation']:<15} of {article['duplicate_of']}{shared}")
    if article["quotes"]:
        lines.append(f"quotes          {', '.join(article['quotes'])}")
    if article["agencies"]:
        lines.append(f"credited to     {', '.join(article['agencies'])}")
    ruling = article.get("ruling") or {}
    for words, others in (("ruled one with", "together"), ("ruled not with", "apart")):
        if ruling.get(others):
            lines.append(f"{words:<15} {', '.join(ruling[others])}")
    return lines


def _pages(story: Document) -> list[str]:
    """Return what is kept of the pages that were read."""
    behind = story["pages"]
    lines = ["raw page        kept" if story["has_page"] else "raw page        none"]
    if behind:
        lines.append(f"in pages        {1 + len(behind)}, the last {behind[-1]}")
    if story["lacks"]:
        lines.append(f"lacks           {story['lacks']}")
    if story["stand_in"]:
        lines.append(f"read at         {story['stand_in']}")
    return lines


def _time(moment: Any) -> str:
    return moment.isoformat(" ", "seconds") if moment else "none"
