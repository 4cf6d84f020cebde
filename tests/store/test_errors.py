"""What the store says of MongoDB's errors: a line for a person, and no document in it."""

import pytest
from pymongo.errors import BulkWriteError

from pipelines.store.errors import StoreError, asking

DOCUMENT = {"_id": "a", "text": "The ferry left at dawn."}
GOING = {"code": 91, "errmsg": "The server is in quiesce mode and will shut down"}
MANY = [
    ("of a write", {"writeErrors": [{**GOING, "index": 0, "op": DOCUMENT}] * 2}),
    ("of waiting", {"writeErrors": [], "writeConcernErrors": [{**GOING, "errInfo": {"w": 1}}]}),
    ("of all", GOING),
]


@pytest.mark.parametrize(("why", "details"), MANY, ids=[why for why, _ in MANY])
def test_a_bulk_write_that_fails_is_told_without_its_documents(
    why: str, details: dict[str, object]
) -> None:
    with pytest.raises(StoreError) as raised, asking("store articles"):
        raise BulkWriteError(details)

    assert str(raised.value) == f"MongoDB could not store articles: {GOING['errmsg']}", why
