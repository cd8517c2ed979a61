#!/usr/bin/env python3
"""Follows the whole log of a Huiyin server: one event a line (NDJSON) on standard output, in order of position, none
left out, through restarts of the server and of this program.

    python3 examples/tail_events.py --url http://127.0.0.1:8080 --token-file huiyin-data/admin.token --state tail.json

How far it is stands in the state file, which is replaced as a whole after the lines have been handed over. Who is
killed in between is given the same lines once more after the start: each line says its `position`, so a reader that
remembers the last one it took can leave them out.
"""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from huiyin_client import FILES, UNFIT, Client, Refused, Trouble, add_server_arguments, run, whole


class State:
    """How far a log was read: a file that is either the old one or the new one, never half of each."""

    def __init__(self, path: Path):
        self.path = path
        self.log: str | None = None
        self.after: int | None = None
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            self.log, self.after = str(stored["log"]), int(stored["after"])
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Trouble(FILES, f"{path} holds no position: {error!r}. Give another --state, or remove it") from error

    def save(self) -> None:
        """Writes beside it, makes that durable, and only then takes its place."""
        beside = self.path.with_name(self.path.name + ".new")
        try:
            with open(beside, "w", encoding="utf-8") as file:
                json.dump({"log": self.log, "after": self.after}, file)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self.path)
            directory = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(directory)
            finally:
                os.close(directory)
        except OSError as error:
            raise Trouble(FILES, f"{self.path} cannot be written: {error}") from error


class Stop:
    """A signal to stop is heard between two pages, so that no line is handed over by half; the second one at once."""

    def __init__(self):
        self.asked = self.held = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.hear)

    def hear(self, *_) -> None:
        at_once = self.asked or not self.held
        self.asked = True
        if at_once:
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        self.held = True

    def __exit__(self, *_) -> None:
        self.held = False
        if self.asked:
            raise KeyboardInterrupt


def follow(options: argparse.Namespace, stop: Stop) -> int:
    """Reads page after page; at the log's end it waits, or ends with --once."""
    # A job that runs for ever waits for ever; one that a scheduler starts gives up and is started again.
    client = Client(options.url, options.token_file, options.patience if options.once else None)
    state = State(options.state)
    origin = client.get("/log/checkpoint", accept="text/plain").body.split(b"\n", 1)[0].decode("utf-8", "replace")
    if state.log not in (None, origin):
        raise Trouble(UNFIT, f"{options.state} is about the log {state.log!r}, {client.url} keeps {origin!r}")
    state.log = origin
    if state.after is None:
        state.after = options.after
    while True:
        try:
            answer = client.get("/v1/events", accept="application/x-ndjson", after=state.after, limit=options.limit,
                                family=options.family, type=options.type)
        except Refused as refused:
            if not refused.said.startswith("bad_position"):
                raise
            raise Trouble(UNFIT, f"{state.after} was read before, and the log does not come so far: it was put back to "
                                 f"an earlier state, or is another one ({refused.said})") from refused
        scanned_to, head = header(answer, "Huiyin-Scanned-To"), header(answer, "Huiyin-Head")
        check(answer.body, state.after, scanned_to, every_one=not (options.family or options.type))
        with stop:
            hand_over(answer.body)
            if scanned_to > state.after or not state.path.exists():
                state.after = max(scanned_to, state.after)
                state.save()
        if scanned_to < head:
            continue
        if options.once:
            return 0
        time.sleep(options.every)


def header(answer, name: str) -> int:
    """A position in a header."""
    value = answer.headers.get(name, "")
    if not (value.isascii() and value.isdigit()):
        raise Trouble(UNFIT, f"the answer has no {name}: is that a Huiyin server?")
    return int(value)


def check(lines: bytes, after: int, scanned_to: int, every_one: bool) -> None:
    """The one thing that a follower must not do is to leave an event out unnoticed."""
    last = after
    for line in lines.splitlines():
        try:
            position = json.loads(line)["position"]
        except (ValueError, KeyError, TypeError) as error:
            raise Trouble(UNFIT, f"after position {last}: this is no event: {line[:200]!r}") from error
        if position != last + 1 if every_one else position <= last:
            raise Trouble(UNFIT, f"after position {last} comes {position}")
        last = position
    if last > scanned_to or (every_one and last != max(scanned_to, after)):
        raise Trouble(UNFIT, f"the page ends with {last} and says that it ends with {scanned_to}")


def hand_over(lines: bytes) -> None:
    """Gives the lines away, to the last byte, before the position is remembered."""
    try:
        sys.stdout.buffer.write(lines)
        sys.stdout.buffer.flush()
    except OSError as error:
        # Nobody reads any more: nothing is to be flushed at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise Trouble(FILES, f"the lines cannot be handed over: {error}") from error


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    add_server_arguments(parser)
    parser.add_argument("--state", type=Path, default=Path("tail_events.json"), metavar="FILE",
                        help="file that keeps how far the log was read (%(default)s)")
    parser.add_argument("--after", type=whole(0, 2**63 - 1), default=0, metavar="POSITION",
                        help="where to begin when there is no such file yet (%(default)s)")
    parser.add_argument("--family", help="only these families of streams, with commas")
    parser.add_argument("--type", help="only these event types, with commas")
    parser.add_argument("--limit", type=whole(1, 1000), default=1000, help="events a page (%(default)s)")
    parser.add_argument("--every", type=whole(1, 3600), default=2, metavar="SECONDS",
                        help="how often to look at the log's end (%(default)s)")
    parser.add_argument("--once", action="store_true", help="end at the log's end instead of waiting for more")
    options = parser.parse_args()
    stop = Stop()
    try:
        return run(lambda: follow(options, stop))
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
