#!/usr/bin/env python3
"""Reads Arrow IPC streams with pyarrow, checks them, and prints schema and rows as JSON lines.

    read_arrow.py FILE.arrow...        exit code 77: pyarrow is not installed here
"""
import json
import sys

try:
    import pyarrow
    import pyarrow.ipc
except ImportError:
    print("skipped: pyarrow is not installed")
    sys.exit(77)

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        reader = pyarrow.ipc.open_stream(file)
        batches = list(reader)
        assert file.read() == b"", "bytes after the end of the stream"
    table = pyarrow.Table.from_batches(batches, reader.schema)
    table.validate(full=True)
    print(json.dumps({"fields": [[f.name, str(f.type)] for f in table.schema], "batches": len(batches),
                      "metadata": {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}}))
    for row in table.to_pylist():
        print(json.dumps(row, ensure_ascii=True, default=str))
