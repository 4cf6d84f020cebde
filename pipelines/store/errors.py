"""What the store raises, and the one place where pymongo's errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from bson.errors import InvalidDocument
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    DocumentTooLarge,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)

from config.errors import ConfigError, Fault

AUTHENTICATION_FAILED = {18, 13, 8000}
NOT_VALID, TOO_LARGE = {121}, {10334, 17419, 17420}


class StoreError(Exception):
    """MongoDB cannot be reached or refuses us; the cause is chained. Worth a retry."""


class ServerError(StoreError):
    """The embedded mongod cannot be had; the message says what to do."""


class HomeError(ServerError):
    """What is to lie in DATELINE_HOME cannot be written there: the configuration's fault."""


class RejectedError(Exception):
    """MongoDB is well and will not have a document: the document's fault. Never worth a retry."""


@contextmanager
def asking(what: str, remedy: str = "") -> Iterator[None]:
    """Turn pymongo's errors into a StoreError: what could not be done, the remedy, no password."""
    try:
        yield
    except (InvalidDocument, DocumentTooLarge, UnicodeEncodeError, OverflowError) as error:
        raise RejectedError(f"MongoDB could not {what}: {str(error)[:200]}") from error
    except OperationFailure as error:
        if _codes(error) & (NOT_VALID | TOO_LARGE):
            raise RejectedError(f"MongoDB could not {what}: a document is not valid") from error
        if error.code in AUTHENTICATION_FAILED:
            raise StoreError(
                "MongoDB refuses us: wrong user or password, or no right to this database; "
                "look at MONGODB_URI"
            ) from error
        raise StoreError(f"MongoDB could not {what}: {_told(error)}") from error
    except (InvalidURI, ConfigurationError) as error:
        raise misaddressed(_without_secret(error)) from error
    except PyMongoError as error:
        todo = remedy or "`dateline db status` says whether it runs"
        raise StoreError(f"MongoDB could not {what}: {_first_words(error)}; {todo}") from error


def misaddressed(why: str) -> ConfigError:
    """Return the error of a MONGODB_URI that is no address of a server."""
    expected = "mongodb://HOST/ or mongodb+srv://HOST/, with options that MongoDB knows"
    return ConfigError([Fault("MONGODB_URI", None, None, f"a wrong address ({why})", expected)])


def _codes(error: OperationFailure) -> set[int | None]:
    if not isinstance(error, BulkWriteError):
        return {error.code}
    return {row.get("code") for row in (error.details or {}).get("writeErrors", [])}


def _told(error: OperationFailure) -> str:
    """Return what the server says; of many writes what it says of the first, without a document."""
    details = error.details or {}
    faults = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
    words = (faults[0] if faults else details).get("errmsg") or error.args[0]
    return str(words)[:300]


def _without_secret(error: PyMongoError) -> str:
    words = _first_words(error)
    return "it holds a user or password that cannot be read" if "@" in words else words


def _first_words(error: PyMongoError) -> str:
    # the whole topology follows the first sentence
    return str(error).split(", Timeout:")[0].split(" (configured timeouts")[0][:300]
