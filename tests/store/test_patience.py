"""How long a command waits for MongoDB: longer where other servers can take a primary's place."""

import pytest

from pipelines.store.connect import patience


@pytest.mark.parametrize(
    ("uri", "seconds"),
    [
        ("mongodb://127.0.0.1:27017/", 5),
        ("mongodb://desk:a,b@one.example/?replicaSet=rs0", 5),
        ("mongodb://desk:secret@one.example,two.example:27018/?replicaSet=rs0", 20),
        ("mongodb+srv://desk:secret@cluster.example/", 20),
        ("mongodb://one.example,two.example/?serverSelectionTimeoutMS=900", None),
    ],
)
def test_several_servers_are_given_the_time_of_an_election(uri: str, seconds: int | None) -> None:
    """What the address itself asks for is left to it."""
    wanted = {} if seconds is None else {"serverSelectionTimeoutMS": seconds * 1000}

    assert patience(uri) == wanted
