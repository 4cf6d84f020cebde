"""Articles as Parquet, typed. The only file that imports pyarrow."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from dateline.formats import flat

TYPES: Mapping[flat.Kind, pa.DataType] = {
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "time": pa.timestamp("ms", tz="UTC"),
    "number": pa.int64(),
    "yes": pa.bool_(),
}


class Writer:
    """One file of Parquet, written in parts. Raises OSError."""

    def __init__(self, file: Path, *, without: str = "") -> None:
        """``without``: a column that the file's folder tells."""
        self._columns = [column for column in flat.COLUMNS if column.name != without]
        self._schema = pa.schema([(one.name, TYPES[one.kind]) for one in self._columns])
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write(self, articles: Sequence[Mapping[str, Any]]) -> None:
        """Write some articles."""
        arrays = [
            pa.array([article.get(column.name) for article in articles], type=TYPES[column.kind])
            for column in self._columns
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
