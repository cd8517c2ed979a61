"""Makes keys-2.json: keys wrapped for a subject and a class as FORMAT §4 says (key format 2), and one of key format 1.

By plain Python that shares no code with the server; the cipher is that of the vectors of files.
`python3 make_keys.py > keys-2.json`.
"""

import base64
import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "file-store/tests/vectors"))
from make import check, xchacha20poly1305  # noqa: E402


def b64(some):
    return base64.b64encode(some).decode()


def main():
    check()
    wrapped = []
    for number, named in enumerate(["", "identity", "contact", "narrative", "file", "contact"]):
        def drawn(what, size):
            return hashlib.shake_256(f"{what} {number}".encode()).digest(size)

        # The last one is the contact of the same person as the one before, in another epoch.
        subject = "s/" + base64.urlsafe_b64encode(hashlib.shake_256(b"subject").digest(16)).decode().rstrip("=")
        epoch = 1 if number < 5 else 4711
        middle = f"{subject}\n{named}\n{epoch}" if named else f"{subject}\n{epoch}"
        aad = (f"huiyin/key/2\n{middle}" if named else f"huiyin/key/1\n{middle}").encode()
        kek, key, nonce = drawn("kek", 32), drawn("key", 32), drawn("nonce", 24)
        one = {"subject": subject, "epoch": epoch, "kek": b64(kek), "key": b64(key), "nonce": b64(nonce), "aad": b64(aad)}
        if named:
            one["class"] = named
        one["wrapped"] = b64(xchacha20poly1305(kek, nonce, key, aad))
        wrapped.append(one)
    print(json.dumps({"wrapped_keys": wrapped}, indent=1))


if __name__ == "__main__":
    main()
