"""Checks every package of Cargo.lock against deny.toml: licences, banned packages, sources.

It reads the same file as cargo-deny and understands the part of it that stands there: `licenses.allow`,
`licenses.exceptions`, `bans.deny`, `sources`. A key it does not know is a failure, never ignored.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

KNOWN = {
    "graph": {"all-features"},
    "advisories": {"version", "yanked", "ignore"},
    "licenses": {"version", "allow", "exceptions", "private", "confidence-threshold"},
    "bans": {"multiple-versions", "wildcards", "deny", "allow-wildcard-paths"},
    "sources": {"unknown-registry", "unknown-git", "allow-registry", "allow-git"},
}


def allowed(expression: str, allow: set[str]) -> bool:
    """Whether an SPDX expression can be met with the allowed licences. A slash is the old way to write OR."""
    tokens = re.findall(r"[()]|[^\s()/]+|/", expression)
    place = 0

    def peek() -> str | None:
        return tokens[place] if place < len(tokens) else None

    def take() -> str:
        nonlocal place
        place += 1
        return tokens[place - 1]

    def one() -> bool:
        token = take() if peek() is not None else ""
        if token == "(":
            inner = either()
            if peek() != ")":
                raise ValueError("a bracket is not closed")
            take()
            return inner
        if not token or token in {")", "/", "AND", "OR", "WITH"}:
            raise ValueError("a licence is missing")
        if peek() == "WITH":
            take()
            token = f"{token} WITH {take()}"
        return token in allow

    def both() -> bool:
        met = one()
        while peek() == "AND":
            take()
            met = one() and met
        return met

    def either() -> bool:
        met = both()
        while peek() in {"OR", "/"}:
            take()
            met = both() or met
        return met

    met = either()
    if peek() is not None:
        raise ValueError(f"unexpected {peek()}")
    return met


def selftest() -> None:
    """A reader of licences that says yes to everything would be worse than none."""
    allow = {"MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"}
    for expression, expected in {
        "MIT": True,
        "GPL-3.0": False,
        "MIT OR GPL-3.0": True,
        "MIT/Apache-2.0": True,
        "MIT AND GPL-3.0": False,
        "GPL-3.0 AND MIT OR MIT": True,
        "(MIT OR GPL-3.0) AND Apache-2.0": True,
        "(GPL-2.0 OR GPL-3.0) AND Apache-2.0": False,
        "Apache-2.0 WITH LLVM-exception": True,
        "MIT WITH Bison-exception-2.2": False,
    }.items():
        if allowed(expression, allow) is not expected:
            raise SystemExit(f"the licence reader misjudges {expression}")


def main() -> int:
    selftest()
    rules = tomllib.loads(Path("deny.toml").read_text(encoding="utf-8"))
    wrong = []
    for section, values in rules.items():
        for key in values:
            if key not in KNOWN.get(section, set()):
                wrong.append(f"deny.toml: {section}.{key} is not understood by .ci/licences.py")

    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features"], stdout=subprocess.PIPE
    )
    if metadata.returncode != 0:  # cargo has said why
        return 1
    packages = json.loads(metadata.stdout)["packages"]
    allow = set(rules["licenses"]["allow"])
    exceptions = {entry["crate"]: set(entry["allow"]) for entry in rules["licenses"].get("exceptions", [])}
    banned = {entry["crate"]: entry.get("reason", "") for entry in rules["bans"]["deny"]}
    registries = {f"registry+{address}" for address in rules["sources"]["allow-registry"]}

    used: set[str] = set()
    for package in packages:
        name = f"{package['name']} {package['version']}"
        text = package["license"]
        if not text:
            wrong.append(f"{name}: names no licence")
        else:
            try:
                ok = allowed(text, allow | exceptions.get(package["name"], set()))
            except ValueError as error:
                wrong.append(f"{name}: the licence {text} cannot be read: {error}")
            else:
                used.add(text)
                if not ok:
                    wrong.append(f"{name}: the licence {text} is not allowed by deny.toml")
        if package["name"] in banned:
            wrong.append(f"{name}: banned by deny.toml: {banned[package['name']]}")
        if package["source"] is not None and package["source"] not in registries:
            wrong.append(f"{name}: comes from {package['source']}")

    for line in wrong:
        print(line)
    print(f"{len(packages)} packages under {len(used)} licence expressions, {len(wrong)} objections")
    return 1 if wrong or not packages else 0


if __name__ == "__main__":
    sys.exit(main())
