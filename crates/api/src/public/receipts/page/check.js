// Checks in the visitor's own browser what the log says of an issue, against the slip that they hold. No page, no network: what
// goes in is the proof as it came and the part of the slip's link behind `#`, what comes out is a list of checks.
// RFC 9162 §2.1.3.2 and §2.1.4.2 for the trees, C2SP signed-note for the signature. `crypto.subtle` is not there on plain HTTP.

import { sha256, sha512 } from "./vendor/noble-hashes/sha2.js";
import * as ed25519 from "./vendor/noble-ed25519/index.js";

ed25519.hashes.sha512 = sha512;

const HASH_BYTES = 32;
const text = new TextEncoder();

const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const hash = (...parts) => sha256(joined(...parts));
const node = (left, right) => hash([1], left, right);
const leafHash = (leaf) => hash([0], leaf);

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function number(decimal) {
  const value = Number(decimal);
  if (!/^[1-9][0-9]*$/.test(decimal) || !Number.isSafeInteger(value)) throw new Error("not a number");
  return value;
}

function hashOf(base64) {
  const value = bytes(base64);
  if (value.length !== HASH_BYTES) throw new Error("not a hash");
  return value;
}

/** Reads what stands behind `#` on a slip: `1.<position>.<leaf hash>.<size>.<root>`. Null where nothing does; it throws where
 *  something else does. */
export function readSlip(fragment) {
  if (fragment === "" || fragment === "#") return null;
  const [version, position, leaf, size, root, ...rest] = fragment.replace(/^#/, "").split(".");
  if (version !== "1" || root === undefined || rest.length > 0) throw new Error("not a slip");
  const url = (part) => hashOf(part.replaceAll("-", "+").replaceAll("_", "/"));
  return { position: number(position), leafHash: url(leaf), size: number(size), root: url(root) };
}

/** The root that a leaf's proof leads to, in a tree of `size` leaves. */
function rootFrom(position, size, leaf, proof) {
  if (position > size) throw new Error("beyond the tree");
  let here = leaf;
  let index = position - 1;
  let last = size - 1;
  for (const sibling of proof) {
    if (last === 0) throw new Error("too long");
    if (index % 2 === 1 || index === last) {
      here = node(sibling, here);
      while (index % 2 === 0 && index !== 0) {
        index /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      here = node(here, sibling);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  if (last !== 0) throw new Error("too short");
  return here;
}

/** Whether the tree of the first `from` leaves with one root is the beginning of that of `to` with the other. */
function extends_(from, fromRoot, to, toRoot, proof) {
  if (from > to) return false;
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot);
  const power = Number.isInteger(Math.log2(from));
  const path = power ? [fromRoot, ...proof] : proof;
  if (path.length === 0) return false;
  let index = from - 1;
  let last = to - 1;
  while (index % 2 === 1) {
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  let [before, after] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (index % 2 === 1 || index === last) {
      before = node(sibling, before);
      after = node(sibling, after);
      while (index % 2 === 0 && index !== 0) {
        index /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      after = node(after, sibling);
    }
    index = Math.floor(index / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equal(before, fromRoot) && equal(after, toRoot);
}

/** A signed note: its text, what the text says, and its signatures. */
function readNote(note) {
  const end = note.indexOf("\n\n");
  if (end < 0) throw new Error("not a note");
  const said = note.slice(0, end + 1);
  const [origin, size, root] = said.split("\n");
  return { said, origin, size: number(size), root: hashOf(root), signatures: note.slice(end + 2).split("\n") };
}

/** Whether a note is signed by the key of its origin. */
function isSigned(note, vkey) {
  const [name, id, key] = [vkey.split("+")[0], vkey.split("+")[1], vkey.split("+").slice(2).join("+")];
  const raw = bytes(key);
  const expected = hash(text.encode(`${name}\n`), raw).slice(0, 4);
  const hex = [...expected].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (raw[0] !== 1 || id !== hex || name !== note.origin) return false;
  const prefix = `\u2014 ${name} `;
  const signed = note.signatures.filter((line) => line.startsWith(prefix)).map((line) => bytes(line.slice(prefix.length)));
  return signed.some(
    (signature) =>
      equal(signature.slice(0, 4), expected) &&
      ed25519.verify(signature.slice(4), text.encode(note.said), raw.slice(1), { zip215: false }),
  );
}

/** What holds and what does not: `true`, `false`, or `null` where there is no slip to check it by. Whatever cannot be read does
 *  not hold. */
function holds(judge) {
  try {
    return judge();
  } catch {
    return false;
  }
}

/** Every check of a proof, in the order in which they are told. `number` is the issue's, whose last part is a position. */
export function check(proof, slip, issueNumber) {
  const leaves = holds(() =>
    proof.leaves.map(({ position, leaf, proof: way }) => ({
      position,
      hash: leafHash(bytes(leaf)),
      proof: way.map(hashOf),
    })),
  );
  const note = holds(() => readNote(proof.checkpoint));
  return {
    leaf:
      slip &&
      holds(() => {
        const first = leaves.find((leaf) => leaf.position === slip.position);
        return issueNumber.split("-").pop() === String(slip.position) && equal(first.hash, slip.leafHash);
      }),
    inclusion: holds(
      () =>
        leaves.length > 0 &&
        leaves.every((leaf) => equal(rootFrom(leaf.position, note.size, leaf.hash, leaf.proof), note.root)),
    ),
    signature: holds(() => isSigned(note, proof.vkey)),
    consistency:
      slip && holds(() => extends_(slip.size, slip.root, note.size, note.root, proof.consistency.map(hashOf))),
  };
}
