"""Every relative link of every tracked Markdown file leads to a file that exists, and every `#part` to a heading; what
code and pages cite by number (`FORMAT §4`, `ADR 0026`) is in this repository, or a standard.

Addresses of other places (`https://…`) are not asked: whether they answer is not a property of this repository.
"""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

FENCE = re.compile(r"^ {0,3}(```|~~~)")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


def prose(path: Path):
    """Lines outside fenced blocks, numbered from 1, inline code blanked out of those that are not headings."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors(path: Path) -> set[str]:
    """The names that a hosting site gives to the headings: lower case, punctuation dropped, spaces as hyphens."""
    found: set[str] = set()
    for _, line in prose(path):
        heading = HEADING.match(line)
        if not heading:
            continue
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        number, name = 0, slug
        while name in found:
            number += 1
            name = f"{slug}-{number}"
        found.add(name)
    return found


# What may be cited by section: standards, and the record's own format.
SECTION = re.compile(r"(RFC \d+|FORMAT|民法典) §\s?[\d.–]+(?:, §[\d.–]+)*")
MAY_CITE = re.compile(r"§|ADR|DESIGN|HOUSE")
ELSEWHERE = re.compile(r"\S* ?§\s?\d[\d.]*|\b(?:DESIGN|HOUSE)\b")


def cited_nowhere() -> list[str]:
    """Citations of what nobody who reads this repository has."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.rs", "*.py", "*.md", "*.json"], check=True, capture_output=True)
    form = Path("docs/FORMAT.md")
    sections = set(re.findall(r"^## (\d+)\.", form.read_text(encoding="utf-8"), re.MULTILINE))
    decisions = {path.name[:4] for path in Path("docs/adr").glob("*.md")}
    wrong = []
    for path in map(Path, filter(None, listed.stdout.decode().split("\0"))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not MAY_CITE.search(line):
                continue
            own = re.findall(r"§(\d+)", line) if path == form else []
            for found in SECTION.finditer(line):
                own += re.findall(r"§\s?(\d+)", found.group()) if found.group(1) == "FORMAT" else []
            told = [f"FORMAT §{section}" for section in own if section not in sections]
            told += [f"ADR {name}" for name in re.findall(r"\bADR (\d{4})", line) if name not in decisions]
            told += [] if path == form or path.name == "links.py" else ELSEWHERE.findall(SECTION.sub("", line))
            wrong += [f"{path}:{number}: {cited.strip()}: cited, and not in this repository" for cited in told]
    return wrong


NAMED = re.compile(r"`([\w./-]*\w\.rs)(?:::[\w:]+)?`")
# Decisions name files as they were called then, as their list says; these two are no files of ours.
NO_FILES = {"utils.rs", "build.rs"}


def files_named_wrongly() -> list[str]:
    """Rust files that code or pages name between backquotes, and that are not in this repository by any such path."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.rs", "*.md"], check=True, capture_output=True)
    paths = [name for name in listed.stdout.decode().split("\0") if name and Path(name).exists()]
    # `api/src/routes.rs`, `tests/it/crash.rs` and `state/fold.rs` are ends of paths, `domain/text.rs` leaves out `src`.
    known = {"/" + name for name in paths} | {"/" + name.replace("/src/", "/").replace("/tests/tests/", "/tests/") for name in paths}
    known |= {name.replace("/tests/tests/", "/tests/") for name in known}
    wrong = []
    for path in map(Path, paths):
        if path.is_relative_to("docs/adr"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name in NAMED.findall(line):
                if name not in NO_FILES and not any(file.endswith("/" + name.removeprefix("./")) for file in known):
                    wrong.append(f"{path}:{number}: {name}: no such file")
    return wrong


def main() -> int:
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], check=True, capture_output=True).stdout
    files = [Path(name) for name in listed.decode().split("\0") if name]
    root = Path.cwd().resolve()
    checked, wrong = 0, []
    for path in files:
        for number, line in prose(path):
            line = re.sub(r"`[^`]*`", "", line)
            targets = LINK.findall(line) + REFERENCE.findall(line)
            for target in targets:
                if re.match(r"[a-z][a-z0-9+.\-]*:|//", target, re.IGNORECASE):
                    continue
                checked += 1
                name, _, part = unquote(target).partition("#")
                file = (path.parent / name).resolve() if name else path.resolve()
                if not file.is_relative_to(root) or not file.exists():
                    wrong.append(f"{path}:{number}: {target}: no such file")
                elif part and file.suffix == ".md" and part not in anchors(file):
                    wrong.append(f"{path}:{number}: {target}: no such heading")
    wrong += cited_nowhere()
    wrong += files_named_wrongly()
    for line in wrong:
        print(line)
    print(f"{checked} relative links in {len(files)} files, {len(wrong)} links or citations broken")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
