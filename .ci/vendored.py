"""Compares what is vendored from npm with what npm has: the package's integrity, and each file byte by byte.

Reads the table of crates/api/src/public/receipts/page/vendor/README.md and the directories beside it. Ends with 77 where npm
cannot be reached.
"""

import base64
import hashlib
import io
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path("crates/api/src/public/receipts/page/vendor")
ROW = re.compile(r"^\| `(?P<package>[^`]+)` \| (?P<version>[\d.]+) \| (?P<licence>[^|]+) \| `(?P<integrity>[^`]+)` \| .* in `(?P<folder>[^`/]+)/` \|$")


def fetched(package: str, version: str) -> bytes | None:
    """The package as npm hands it out; nothing where npm cannot be reached."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{package}@{version}"], cwd=folder, capture_output=True, timeout=120, check=False
        )
        tarballs = list(Path(folder).glob("*.tgz"))
        if packed.returncode != 0 or not tarballs:
            return None
        return tarballs[0].read_bytes()


def main() -> int:
    rows = [found for line in (VENDOR / "README.md").read_text().splitlines() if (found := ROW.match(line))]
    folders = {path.name for path in VENDOR.iterdir() if path.is_dir()}
    wrong = [f"{VENDOR}/{name} is not in the table" for name in folders - {row["folder"] for row in rows}]
    for row in rows:
        tarball = fetched(row["package"], row["version"])
        if tarball is None:
            print(f"{row['package']} cannot be fetched from npm")
            return 77
        digest = "sha512-" + base64.b64encode(hashlib.sha512(tarball).digest()).decode()
        if digest != row["integrity"]:
            wrong.append(f"{row['package']}: the integrity is {digest}")
        with tarfile.open(fileobj=io.BytesIO(tarball)) as package:
            theirs = {member.name: package.extractfile(member).read() for member in package if member.isfile()}
        for file in sorted((VENDOR / row["folder"]).iterdir()):
            if theirs.get(f"package/{file.name}") != file.read_bytes():
                wrong.append(f"{file} is not what {row['package']} {row['version']} has")
    print("\n".join(wrong) or f"{len(rows)} packages are as npm has them")
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
