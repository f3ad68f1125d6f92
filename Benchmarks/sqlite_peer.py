"""Keeps rows durably one by one with Python's sqlite3, WAL and synchronous=FULL, and prints rows per second and the
time of one fdatasync on the same disk, as one line of JSON.

Arguments: folder, seconds.
"""

import json
import os
import sqlite3
import statistics
import sys
import time
import uuid


def fsync_milliseconds(folder):
    path = os.path.join(folder, "fsync-probe")
    times = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1e3)
    os.unlink(path)
    return statistics.median(times)


def main(folder, seconds):
    probe = fsync_milliseconds(folder)
    path = os.path.join(folder, f"{uuid.uuid4()}.sqlite")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, uuid TEXT UNIQUE, payload BLOB)")
    payload = b"x" * 300
    times = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        connection.execute("INSERT INTO outbox (uuid, payload) VALUES (?, ?)", (str(uuid.uuid4()), payload))
        times.append(time.perf_counter() - before)
    elapsed = time.perf_counter() - start
    connection.close()
    times.sort()
    print(json.dumps({
        "rows": len(times), "seconds": elapsed, "rows_per_second": len(times) / elapsed,
        "p50_ms": times[len(times) // 2] * 1e3, "p99_ms": times[len(times) * 99 // 100] * 1e3,
        "fdatasync_ms": probe,
    }))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
