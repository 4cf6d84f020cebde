"""Keeping drafts: claims, the judge's verdict, then revision and article; all safe to repeat.

The ledger comes after, by the caller: an address is settled only when its article is there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.database import Database

from pipelines.failpoints import reached
from pipelines.identify.canonical import article_id, name_of
from pipelines.identify.exact import text_hash
from pipelines.records import Arrival, Candidates, Draft, Known, Lease, Ruling, Verdict
from pipelines.store import documents, schema
from pipelines.store.claims import Claim, Claims, Given, address_claim, text_claim, wanted
from pipelines.store.clock import server_time
from pipelines.store.errors import RejectedError, asking
from pipelines.store.lock import IsDead, nobody
from pipelines.store.removed import REMOVED, Removals, is_like

Document = dict[str, Any]
TOLD = frozenset(field.name for field in schema.ARTICLES.fields if field.changes)
Write = InsertOne[Document] | ReplaceOne[Document] | UpdateOne
Judge = Callable[[Draft, str, Candidates], Verdict]
Cause = Literal["page", "rules"]
NAMES = 3  # the claimed address, its own, and where an article never met there has that, another
KNOWN = (
    "revision", "fingerprints.text", "title", "text", "story", "duplicate_of", "url", "urls",
    "fetched_at", "state", "source", "fingerprints.shape",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A draft with all that is stored beside it."""

    arrival: Arrival
    draft: Draft = field(repr=False)
    own_id: str
    """What it is stored under if it is new."""
    body: bytes = field(repr=False)
    """The raw page, zstd."""
    cause: Cause = "page"
    """What a revision would be due to: the page, or our rules that read the same page again."""


@dataclass(frozen=True, slots=True)
class Later:
    """Another run is about to store the article that an offer belongs to: ask again then."""

    at: datetime


@dataclass(slots=True)
class _Batch:
    """What one call of ``keep`` has found out and is about to write."""

    now: datetime
    claims: dict[str, Claim]
    stored: dict[str, Document]
    sought: set[str]
    """The articles that were looked for, whether there or not."""
    given: list[Given] = field(default_factory=list)
    """Claims that change hands before anything is written."""
    made: dict[str, Document] = field(default_factory=dict)
    revisions: list[Document] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    stories: dict[str, str] = field(default_factory=dict)


class Articles:
    """The collections ``articles``, ``revisions``, ``stories`` and ``pages`` of one database."""

    def __init__(
        self, db: Database[Document], by: str, judge: Judge, is_dead: IsDead = nobody
    ) -> None:
        self._db = db
        self._claims = Claims(db, by, is_dead=is_dead)
        self._judge = judge
        self._removals = Removals(db)

    def keep(self, offers: Sequence[Offer], now: datetime) -> list[Verdict | Later]:
        """Store each offer once; return what became of each, in the same order."""
        whole = [replace(offer, draft=documents.whole(offer.draft)) for offer in offers]
        batch, verdicts = self._decided(whole, now)
        if not self._claims.give(
            batch.given, now
        ):  # another run was quicker: look again at who has what
            batch, verdicts = self._decided(whole, now)
            self._claims.give(batch.given, now)
        self._write(batch)
        return verdicts

    def _decided(
        self, whole: Sequence[Offer], now: datetime
    ) -> tuple[_Batch, list[Verdict | Later]]:
        """Return what is to be written, and what becomes of each; but claims nothing is changed."""
        batch = self._look(whole, now)
        # after the look: what is changed from now on, our writes leave as it is
        lost = self._lost([offer.arrival.due.lease for offer in whole])
        verdicts = [
            Later(now) if offer.arrival.due.lease in lost else self._decide(offer, batch)
            for offer in whole
        ]
        return batch, verdicts

    def keep_pages(self, pages: Iterable[Document]) -> None:
        """Store raw pages, as ``documents.page`` makes them."""
        writes = [ReplaceOne({"_id": page["_id"]}, page, upsert=True) for page in pages]
        if writes:
            with asking("store raw pages"):
                self._db["pages"].bulk_write(writes, ordered=False)

    def clock(self) -> datetime:
        """Return the server's time: by it two machines agree on when a claim has lapsed."""
        return server_time(self._db)

    def _look(self, offers: Sequence[Offer], now: datetime) -> _Batch:
        pairs = [(claim, offer.own_id) for offer in offers for claim in wanted(offer.draft)]
        reached("before-claim")
        claims = self._claims.make(pairs, now)
        reached("after-claim")
        ids = {claim.article for claim in claims.values()} | {offer.own_id for offer in offers}
        kept = (offer.arrival.due.standing.article for offer in offers)
        ids.update(article for article in kept if article)
        # what names another's address may turn out to be its own
        others = (o.draft.own_url for o in offers if o.draft.own_url != o.draft.url)
        ids.update(map(article_id, others))
        return _Batch(now, claims, self._stored(ids), ids)

    def _stored(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return those of some articles that there are, as far as identity needs them."""
        with asking("look for known articles"):
            found = self._db["articles"].find({"_id": {"$in": list(ids)}}, dict.fromkeys(KNOWN, 1))
            return {row["_id"]: row for row in found}

    def _lost(self, leases: Sequence[Lease]) -> set[Lease]:
        """Return the leases that are over, and whose addresses another run has taken.

        A run that was stopped for long brings what it read before that one began.
        """
        ours = {lease.id: lease for lease in leases if lease.by}
        with asking("look whose addresses are"):
            rows = self._db["frontier"].find({"_id": {"$in": [*ours]}}, {"lease": 1})
            return {
                ours[row["_id"]] for row in rows if row["lease"]["epoch"] > ours[row["_id"]].epoch
            }

    def _decide(self, offer: Offer, batch: _Batch) -> Verdict | Later:
        if self._left(offer, batch):
            # by now more is known of its site: what is read otherwise is by our rules
            offer = replace(offer, cause="rules")
        for _ in range(NAMES):
            verdict = self._judged(offer, batch)
            if isinstance(verdict, Later):
                return verdict
            if verdict.ruling is not Ruling.MISNAMED:
                self._plan(offer, verdict, batch)
                return verdict
            offer = self._renamed(offer, verdict, batch)
        raise RejectedError(f"no address names {offer.draft.own_url} alone")

    def _renamed(self, offer: Offer, verdict: Verdict, batch: _Batch) -> Offer:
        """Return the offer under its own address, and give that the claims made under the other."""
        own, own_id = verdict.name, verdict.article
        if address_claim(own) not in batch.claims:
            batch.claims |= self._claims.make([(address_claim(own), own_id)], batch.now)
        ours = self._made_for(offer, batch)
        urls = [own, *(url for url in offer.draft.urls[1:] if address_claim(url) in ours)]
        draft = replace(offer.draft, url=own, own_url=own, urls=tuple(dict.fromkeys(urls)))
        for key in wanted(draft):
            # its own address is its own, also where an article that is elsewhere has claimed it
            if key in ours or key == address_claim(own):
                _give(batch.claims[key], own_id, batch)
        if own_id not in batch.sought:
            batch.stored |= self._stored([own_id])
        return replace(offer, draft=draft, own_id=own_id)

    def _made_for(self, offer: Offer, batch: _Batch) -> set[str]:
        """Return the claims made for an offer under ``own_id``, without those of an article there.

        A page that claims another's address comes under the id of that other one.
        """
        there = batch.made.get(offer.own_id) or batch.stored.get(offer.own_id)
        claims = [batch.claims[key] for key in wanted(offer.draft) if key in batch.claims]
        return {
            claim.id
            for claim in claims
            if claim.article == offer.own_id
            and not (there and self._has(there, claim.id, offer.draft, batch))
        }

    def _has(self, article: Document, key: str, draft: Draft, batch: _Batch) -> bool:
        """Return whether an article has a claim of a draft by right: met there, or of that text."""
        if key != text_claim(draft.text):
            return key in {address_claim(name_of(url)) for url in article["urls"]}
        # its earlier texts are its own too: they are what others copied first
        found = [row for row in batch.revisions if row["article"] == article["_id"]]
        if article["revision"] > 1 and article["fingerprints"]["text"] != text_hash(draft.text):
            with asking("look for earlier texts"):
                found += self._db["revisions"].find({"article": article["_id"]}, {"text": 1})
        texts = {article["fingerprints"]["text"], *(text_hash(row["text"]) for row in found)}
        return text_hash(draft.text) in texts

    def _judged(self, offer: Offer, batch: _Batch) -> Verdict | Later:
        # what an address led to before stays its article, whatever the page now calls itself
        kept = batch.stored.get(offer.arrival.due.standing.article or "")
        kept = kept or self._left(offer, batch)
        if removed := self._removed(offer, kept, batch):
            return Verdict(ruling=Ruling.REMOVED, article=removed, story=removed)
        by_url = documents.known(kept) if kept else self._by_url(offer, batch)
        if isinstance(by_url, Later):
            return by_url
        by_text = self._by_text(offer, batch)
        if isinstance(by_text, Later):
            return by_text
        found = Candidates(by_url=by_url, by_text=by_text, is_recheck=kept is not None)
        if kept and offer.cause == "page":
            return self._visited_again(offer, kept, found, batch)
        return self._judge(offer.draft, offer.own_id, replace(found, is_reread=kept is not None))

    def _removed(self, offer: Offer, kept: Document | None, batch: _Batch) -> str | None:
        """Return the removed article that a draft would bring back; None: it is none.

        By where it was met, or by its exact text at the same paper. What a page only claims
        counts where its text has something of the article's: some name one address on all pages.
        """
        draft = offer.draft
        met = {draft.own_url, *map(name_of, documents.met_at(offer.arrival))}
        found = [kept, *(self._there(address_claim(url), batch) for url in met)]
        text = self._there(text_claim(draft.text), batch)
        found += [text] if text and _is_of_paper(text, offer) else []
        claimed = [self._there(address_claim(url), batch) for url in draft.urls]
        if draft.url in met:
            found.append(batch.stored.get(offer.own_id))
        else:  # all its claims were made for what it only claims to be
            claimed += [one for one in found if one and one["_id"] == offer.own_id]
            found = [one for one in found if one and one["_id"] != offer.own_id]
        dead = [one for one in (*found, *claimed) if one and one["state"] == REMOVED]
        sure = [one for one in dead if one in found or is_like(draft.text, one)]
        return sure[0]["_id"] if sure else None

    def _there(self, key: str, batch: _Batch) -> Document | None:
        claim = batch.claims.get(key)
        return batch.stored.get(claim.article) if claim else None

    def _left(self, offer: Offer, batch: _Batch) -> Document | None:
        """Return what a run stored from this address that died before the ledger knew of it."""
        if offer.arrival.due.standing.article:
            return None
        found = self._there(address_claim(offer.draft.own_url), batch)
        met = documents.met_at(offer.arrival)
        return found if found and found["urls"][:1] == met[:1] else None

    def _visited_again(
        self, offer: Offer, kept: Document, found: Candidates, batch: _Batch
    ) -> Verdict | Later:
        """Judge a re-check, with what only that needs: where the address leads now, and before."""
        elsewhere = self._elsewhere(offer, kept, batch)
        if isinstance(elsewhere, Later):
            return elsewhere
        found = replace(found, elsewhere=elsewhere)
        if _hour(kept["fetched_at"]) == _hour(offer.arrival.page.fetched_at):
            found = replace(found, earlier=self._earlier(kept))
        return self._judge(offer.draft, offer.own_id, found)

    def _elsewhere(self, offer: Offer, kept: Document, batch: _Batch) -> Known | Later | None:
        """Return the other article of the address that a visit was led to, None where none is."""
        url = offer.draft.own_url
        if url in map(name_of, kept["urls"]):
            return None
        holder = self._holder(address_claim(url), offer, batch)
        return None if isinstance(holder, Known) and holder.id == kept["_id"] else holder

    def _earlier(self, kept: Document) -> str | None:
        """Return the text that an article had before its present one, None where it had none."""
        with asking("look for an earlier text"):
            key = documents.revision_key(kept["_id"], kept["revision"] - 1)
            row = self._db["revisions"].find_one({"_id": key}, {"text": 1})
        return row["text"] if row else None

    def _by_url(self, offer: Offer, batch: _Batch) -> Known | Later | None:
        """Return the article of the first address that has one; all must be settled.

        Where the page came from says more than what it claims to be.
        """
        by_url: Known | None = None
        for url in dict.fromkeys((offer.draft.own_url, *offer.draft.urls)):
            holder = self._holder(address_claim(url), offer, batch)
            if isinstance(holder, Later):
                return holder
            by_url = by_url or holder
        # a claim may have gone to another before its article died with a run
        own = batch.made.get(offer.own_id) or batch.stored.get(offer.own_id)
        return by_url or (documents.known(own) if own else None)

    def _by_text(self, offer: Offer, batch: _Batch) -> Known | Later | None:
        """Return the article of exactly this text.

        A run may have died between claiming a text for a page that names another's address and
        giving it to that page: then the claim names an article that never had the text.
        """
        claim = batch.claims.get(text_claim(offer.draft.text))
        if claim is None or claim.article == offer.own_id:
            return None
        document = batch.made.get(claim.article) or batch.stored.get(claim.article)
        if document and document["state"] == REMOVED:
            return None  # another paper's: it copies nothing that there is
        if document is None or self._has(document, claim.id, offer.draft, batch):
            return self._holder(claim.id, offer, batch)
        return self._taken(claim, offer, batch)

    def _holder(self, key: str, offer: Offer, batch: _Batch) -> Known | Later | None:
        """Return the article that a claim belongs to; None where it is the offer's own to be."""
        claim = batch.claims.get(key)
        if claim is None:
            return None
        document = batch.made.get(claim.article) or batch.stored.get(claim.article)
        if document:
            return documents.known(document)
        if claim.article == offer.own_id:
            return None
        return self._taken(claim, offer, batch)

    def _taken(self, claim: Claim, offer: Offer, batch: _Batch) -> Later | None:
        """Take a claim that no article has by right, unless one may be on its way to it."""
        if self._claims.is_on_its_way(claim, batch.now):
            return Later(claim.until)
        if self._claims.take_over(claim, offer.own_id, batch.now):
            batch.claims[claim.id] = replace(claim, article=offer.own_id)
            return None
        return Later(batch.now + timedelta(seconds=1))

    def _plan(self, offer: Offer, verdict: Verdict, batch: _Batch) -> None:
        if verdict.ruling is Ruling.MOVED:
            return  # what the page claims is the other article's
        if verdict.article != offer.own_id:
            self._repoint(offer, verdict.article, batch)
        match verdict.ruling:
            case Ruling.NEW | Ruling.COPY:
                batch.made[verdict.article] = documents.article(offer.arrival, offer.draft, verdict)
                if verdict.duplicate_of:
                    batch.stories.setdefault(verdict.story, verdict.story)
            case Ruling.REVISED | Ruling.GROWN:
                self._plan_revision(offer, verdict, batch)
                _add_urls(offer.arrival, verdict.article, batch)
            case Ruling.SAME:
                self._plan_reading(offer, verdict, batch)
                _add_urls(offer.arrival, verdict.article, batch)

    def _repoint(self, offer: Offer, article: str, batch: _Batch) -> None:
        """Give claims that the offer made for itself to the article that it turned out to be."""
        for key in self._made_for(offer, batch):
            _give(batch.claims[key], article, batch)

    def _plan_revision(self, offer: Offer, verdict: Verdict, batch: _Batch) -> None:
        before = batch.stored[verdict.article]
        known = documents.known(before)
        if verdict.ruling is Ruling.REVISED:
            batch.revisions.append(documents.revision(known, before, batch.now, offer.cause))
        changed = {**documents.read(offer.arrival, offer.draft), "revision": verdict.revision}
        batch.writes.append(
            UpdateOne(
                {"_id": known.id, "revision": known.revision},
                [{"$set": {**_literal(changed), "changed_at": "$$NOW"}}],
            )
        )
        batch.stored[known.id] = {**before, **changed}

    def _plan_reading(self, offer: Offer, verdict: Verdict, batch: _Batch) -> None:
        """Write what else our rules read anew of a text that is the same; no revision."""
        before = batch.stored.get(verdict.article)
        if before is None or offer.cause != "rules":
            return
        said = documents.read(offer.arrival, offer.draft)
        del said["fingerprints"]  # of the text
        others = [{name: {"$ne": said[name]}} for name in sorted(TOLD & said.keys())]
        known = {"_id": verdict.article, "revision": before["revision"], "$or": others}
        update = {"$set": {**_literal(said), "changed_at": "$$NOW"}}
        batch.writes.append(UpdateOne(known, [update]))

    def _write(self, batch: _Batch) -> None:
        with asking("store articles"):
            _bulk(self._db, "revisions", [documents.once(row) for row in batch.revisions])
            if batch.revisions:
                reached("after-revision")
            _bulk(
                self._db, "stories", [documents.once(documents.story(key)) for key in batch.stories]
            )
            writes = [_insert(document) for document in batch.made.values()]
            _bulk(self._db, "articles", [*writes, *batch.writes])
        if writes or batch.writes:
            reached("after-article")
        if batch.revisions:
            self._removals.mend({row["article"] for row in batch.revisions})


def _give(claim: Claim, article: str, batch: _Batch) -> None:
    batch.given.append(Given(claim, article))
    batch.claims[claim.id] = replace(claim, article=article)


def _add_urls(arrival: Arrival, article: str, batch: _Batch) -> None:
    """Note further addresses of an article, up to what a document may hold."""
    document = batch.made.get(article) or batch.stored[article]
    fresh = [url for url in documents.met_at(arrival) if url not in document["urls"]]
    urls = [*document["urls"], *fresh][: documents.URLS]
    if urls == document["urls"]:
        return
    document["urls"] = urls
    if article not in batch.made:
        change = {"$set": {"urls": {"$literal": urls}, "changed_at": "$$NOW"}}
        batch.writes.append(UpdateOne({"_id": article}, [change]))


def _insert(document: Document) -> UpdateOne:
    """An insert by the server's clock that leaves an article alone that is there already."""
    fresh = {"$mergeObjects": [{"$literal": document}, {"changed_at": "$$NOW"}]}
    is_new = {"$eq": [{"$type": "$revision"}, "missing"]}
    change = {"$replaceWith": {"$cond": [is_new, fresh, "$$ROOT"]}}
    return UpdateOne({"_id": document["_id"]}, [change], upsert=True)


def _hour(moment: datetime) -> datetime:
    """Return when the hour of the clock began."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _literal(fields: Document) -> Document:
    return {name: {"$literal": value} for name, value in fields.items()}


def _bulk(db: Database[Document], collection: str, writes: Sequence[Write]) -> None:
    if writes:
        db[collection].bulk_write(list(writes), ordered=False)


def _is_of_paper(article: Document, offer: Offer) -> bool:
    """Return whether an article is of the paper of an offer, which may have another id by now."""
    if article["source"] == offer.arrival.page.source:
        return True
    return urlsplit(article["url"]).netloc == urlsplit(offer.draft.own_url).netloc
