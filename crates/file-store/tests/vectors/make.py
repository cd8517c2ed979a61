"""Makes file-1.json: files sealed as FORMAT §4 says, by plain Python that shares no code with the server.

ChaCha20 and Poly1305 from RFC 8439, HChaCha20 and XChaCha20 from draft-irtf-cfrg-xchacha. Slow, and made to be read:
`python3 make.py > file-1.json`.
"""

import hashlib
import hmac
import json
import struct

CHUNK = 65536


def rotated(v, n):
    return ((v << n) | (v >> (32 - n))) & 0xFFFFFFFF


def quarter(s, a, b, c, d):
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = rotated(s[d] ^ s[a], 16)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = rotated(s[b] ^ s[c], 12)
    s[a] = (s[a] + s[b]) & 0xFFFFFFFF
    s[d] = rotated(s[d] ^ s[a], 8)
    s[c] = (s[c] + s[d]) & 0xFFFFFFFF
    s[b] = rotated(s[b] ^ s[c], 7)


def rounds(state):
    s = list(state)
    for _ in range(10):
        quarter(s, 0, 4, 8, 12)
        quarter(s, 1, 5, 9, 13)
        quarter(s, 2, 6, 10, 14)
        quarter(s, 3, 7, 11, 15)
        quarter(s, 0, 5, 10, 15)
        quarter(s, 1, 6, 11, 12)
        quarter(s, 2, 7, 8, 13)
        quarter(s, 3, 4, 9, 14)
    return s


CONSTANT = struct.unpack("<4I", b"expand 32-byte k")


def block(key, counter, nonce):
    state = CONSTANT + struct.unpack("<8I", key) + (counter,) + struct.unpack("<3I", nonce)
    mixed = [(a + b) & 0xFFFFFFFF for a, b in zip(state, rounds(state))]
    return struct.pack("<16I", *mixed)


def hchacha20(key, nonce):
    mixed = rounds(CONSTANT + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    return struct.pack("<8I", *(mixed[:4] + mixed[12:]))


def chacha20(key, nonce, text):
    out = bytearray()
    for i in range(0, len(text), 64):
        stream = block(key, 1 + i // 64, nonce)
        out += bytes(a ^ b for a, b in zip(text[i:i + 64], stream))
    return bytes(out)


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(key[16:], "little")
    total = 0
    for i in range(0, len(message), 16):
        total = (total + int.from_bytes(message[i:i + 16] + b"\x01", "little")) * r % ((1 << 130) - 5)
    return ((total + s) & ((1 << 128) - 1)).to_bytes(16, "little")


def padded(text):
    return text + b"\0" * (-len(text) % 16)


def xchacha20poly1305(key, nonce, text, aad):
    key, nonce = hchacha20(key, nonce[:16]), b"\0\0\0\0" + nonce[16:]
    sealed = chacha20(key, nonce, text)
    told = padded(aad) + padded(sealed) + struct.pack("<QQ", len(aad), len(sealed))
    return sealed + poly1305(block(key, 0, nonce)[:32], told)


def stored(key, prefix, name, text):
    chunks = [text[i:i + CHUNK] for i in range(0, len(text), CHUNK)]
    out = prefix
    for number, chunk in enumerate(chunks):
        last = b"1" if number == len(chunks) - 1 else b"0"
        aad = b"huiyin/file/1\n" + name.encode() + b"\n" + last
        out += xchacha20poly1305(key, prefix + struct.pack(">Q", number), chunk, aad)
    return out


def check():
    """The example of draft-irtf-cfrg-xchacha-03, appendix A.3.1."""
    text = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
    aad = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    sealed = xchacha20poly1305(bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), text, aad)
    assert sealed[-16:].hex() == "c0875924c1c7987947deafd8780acf49", sealed[-16:].hex()


def main():
    check()
    files = []
    for seed, length in enumerate([1, 65535, 65536, 65537, 131072, 150000]):
        def drawn(what, size):
            return hashlib.shake_256(f"{what} {seed}".encode()).digest(size)

        text = bytes((at * 7 + at // 256) % 256 for at in range(length))
        key, prefix, r = drawn("key", 32), drawn("prefix", 16), drawn("r", 32)
        name = f"01a20b9d-a21c-72ff-928b-f3566e4c{seed:04x}"
        sealed = stored(key, prefix, name, text)
        files.append({
            "id": name,
            "length": length,
            "key": key.hex(),
            "prefix": prefix.hex(),
            "r": r.hex(),
            "commitment": hmac.new(r, b"huiyin/file/1\n" + text, hashlib.sha256).hexdigest(),
            "stored_begins": sealed[:48].hex(),
            "stored_sha256": hashlib.sha256(sealed).hexdigest(),
        })
    print(json.dumps({"files": files}, indent=1))


if __name__ == "__main__":
    main()
