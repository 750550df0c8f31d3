"""Writes into a chain until it is killed, or its files may grow no longer.

Arguments: the directory; how many bytes a file may have, 0: any. Prints the number of
each line that is durable, and `refused` twice when it is full; then goes on with room.
"""

import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from gateway.access.audit.errors import AuditUnavailable
from gateway.access.audit.journal import Habits, Journal, Line
from gateway.access.audit.lines import made_of
from gateway.access.audit.signing import signing_key


def main(place: Path, most: int) -> None:
    key = signing_key(place / "key.pem")
    journal = Journal(place, key, lambda: datetime.now(UTC), Habits(100_000, 10))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    if most:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    refused, after = 0, 0
    while after < 5:
        try:
            (line,) = journal.append([made_of("entry", {"word": "a" * 200})])
        except AuditUnavailable:
            print("refused", flush=True)  # noqa: T201 - it is read by the test
            refused += 1
            if refused == 2:
                resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            continue
        assert isinstance(line, Line)
        print(line.place.sequence, flush=True)  # noqa: T201
        after += refused > 0
    journal.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
