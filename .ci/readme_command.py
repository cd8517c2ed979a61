"""Prints the one command that stands in README.md below the comment `<!-- command: NAME -->`.

The comment is followed by a fenced block with exactly one line. CI runs that line, so the README cannot drift.
"""

import re
import sys
from pathlib import Path


def command(text: str, name: str) -> str:
    blocks = re.findall(rf"^<!-- command: {re.escape(name)} -->\n+```[a-z]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if len(blocks) != 1:
        raise SystemExit(f"README.md has {len(blocks)} commands named {name}, not one")
    lines = [line for line in blocks[0].splitlines() if line.strip()]
    if len(lines) != 1:
        raise SystemExit(f"the command {name} in README.md has {len(lines)} lines, not one")
    return lines[0]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: readme_command.py NAME")
    print(command(Path("README.md").read_text(encoding="utf-8"), sys.argv[1]))
