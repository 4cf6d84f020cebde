"""A backup as a file: a zip of one member a collection, BSON in zstd, and a manifest. No database.

A file is written under another name, for its owner alone, and takes its own name once it is whole.
The manifest stands last: what was cut off has none, and is no backup.
"""

import errno
import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self

import psutil
import zstandard

FORMAT = 1
MANIFEST = "manifest.json"
MOST = 48_000_000  # bytes of a document: MongoDB takes 16 MB
LEVEL = 3  # raw pages are zstd already; of the rest 9 saves a tenth, at five times the time
Tell = Callable[[str, int], None]
"""Is told a collection and how many documents of it were done since it was told last."""


class DamagedError(Exception):
    """The file is no backup, or not whole; the message says what and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One collection of a backup."""

    name: str
    documents: int
    bytes: int
    """Of BSON."""
    checksum: str
    """BLAKE2b of that, 32 hex digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    made_at: str
    """ISO 8601, UTC."""
    database: str
    schema: int | None
    """The schema version of its documents; None: it had none."""
    server: str
    parts: tuple[Part, ...] = ()
    format: int = FORMAT

    @property
    def documents(self) -> int:
        """Return how many there are in all."""
        return sum(part.documents for part in self.parts)


class Writer:
    """A file that is being written."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self.parts: list[Part] = []

    def add(self, name: str, chunks: Iterable[bytes], tell: Tell) -> None:
        """Add a collection: chunks of whole documents."""
        hashed, documents, size = _hash(), 0, 0
        packer = zstandard.ZstdCompressor(level=LEVEL)
        with (
            self._file.open(_member(name), "w", force_zip64=True) as raw,
            packer.stream_writer(raw, closefd=False) as out,
        ):
            for chunk in chunks:
                number = _number_in(chunk)
                out.write(chunk)
                hashed.update(chunk)
                documents, size = documents + number, size + len(chunk)
                tell(name, number)
        part = Part(name=name, documents=documents, bytes=size, checksum=hashed.hexdigest())
        self.parts.append(part)

    def end(self, manifest: Manifest) -> None:
        """Write what the file holds."""
        self._file.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """Give a file to write; it is at ``path`` once all went well, and nowhere otherwise.

    Raises OSError; FileExistsError where something else than a backup is there.
    """
    if path.exists():
        _be_backup(path)
    _sweep(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
                yield Writer(file)
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _be_backup(path: Path) -> None:
    try:
        with Reader.open(path):
            return
    except (DamagedError, OSError) as error:
        raise FileExistsError(errno.EEXIST, "is there, and no backup", str(path)) from error


def _sweep(path: Path) -> None:
    """Delete what a killed backup to the same place has left."""
    for left in path.parent.glob(f".{path.name}.*.part"):
        pid = left.name.rsplit(".", 2)[1]
        # in a container each process has the same number: what has ours is not ours yet
        if pid.isdigit() and (int(pid) == os.getpid() or not psutil.pid_exists(int(pid))):
            left.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(slots=True)
class Reader:
    """A backup that is being read."""

    manifest: Manifest
    _file: zipfile.ZipFile = field(repr=False)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Return a backup; raises DamagedError where it is none, OSError."""
        try:
            if path.exists() and not path.is_file():  # a device may have no end to look for
                raise DamagedError("it is no file, and so no backup")
            file = zipfile.ZipFile(path)
            with file.open(MANIFEST) as told:
                return cls(_manifest(json.load(told)), file)
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise DamagedError("it is no backup, or was cut off") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def documents(self, part: Part) -> Iterator[bytes]:
        """Yield the documents of a collection, as BSON; raises DamagedError."""
        with self._opened(part) as stream:
            while head := _exactly(stream, 4):
                size = int.from_bytes(head, "little")
                if not 5 <= size <= MOST or len(head) < 4:
                    raise DamagedError(f"{part.name} is damaged")
                rest = _exactly(stream, size - 4)
                if len(rest) != size - 4:
                    raise DamagedError(f"{part.name} was cut off")
                yield head + rest

    def verify(self, tell: Tell) -> None:
        """Read all of it; raises DamagedError where it is not what was written."""
        for part in self.manifest.parts:
            hashed, number = _hash(), 0
            for document in self.documents(part):
                hashed.update(document)
                number += 1
                tell(part.name, 1)
            if (number, hashed.hexdigest()) != (part.documents, part.checksum):
                raise DamagedError(f"{part.name} is not what was backed up: its checksum differs")

    @contextmanager
    def _opened(self, part: Part) -> Iterator[IO[bytes]]:
        try:
            with (
                self._file.open(_member(part.name)) as raw,
                zstandard.ZstdDecompressor().stream_reader(raw) as stream,
            ):
                yield stream
        except (zipfile.BadZipFile, zstandard.ZstdError, KeyError, EOFError) as error:
            raise DamagedError(f"{part.name} is damaged") from error


def _manifest(told: Mapping[str, Any]) -> Manifest:
    if told["format"] > FORMAT:
        raise DamagedError("it was made by a newer Dateline: update this one")
    parts = tuple(Part(**part) for part in told["parts"])
    return Manifest(**{**told, "parts": parts})


def _member(name: str) -> str:
    return f"{name}.bson.zst"


def _hash() -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=16)


def _number_in(chunk: bytes) -> int:
    """Return how many documents there are: each begins with its length."""
    at = number = 0
    while at < len(chunk):
        at += int.from_bytes(chunk[at : at + 4], "little")
        number += 1
    return number


def _exactly(stream: IO[bytes], size: int) -> bytes:
    """Return so many bytes, or fewer at the end."""
    found = stream.read(size)
    while len(found) < size and (more := stream.read(size - len(found))):
        found += more
    return found
