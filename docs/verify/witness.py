#!/usr/bin/env python3
"""Watches a register of Qoltanba for you: whatever it shows must continue what it showed before.

    witness.py --new NAME --own FILE           make a key of your own, once; the site needs the line that is printed. NAME is yours to choose,
                                               such as watch.example.org/letters
    witness.py SOURCE --key KEY --seen FILE    look at the newest checkpoint, compare it with those in FILE, and remember it there. SOURCE is
                                               the register's address (https://letters.example.org/register/), a folder or ZIP with a copy of
                                               it, or a folder with the files of the daily message
        --own FILE      sign what continues, and hand it back to the site
        --print         print what was signed instead, to be sent by mail

Run it every hour or every day (cron); two runs at once are no harm. Ends with 0 when the register continues what was seen; 1 when it
contradicts it (both checkpoints are then written beside FILE), or when the site itself says that it signed another history: keep what you
have, and tell others; 2 when nothing can be said. Needs Python 3.9, the package `cryptography`, and verify_letter.py beside it.
"""

import argparse
import base64
import json
import os
import sqlite3
import sys
import time
import urllib.request
import zipfile
from contextlib import closing
from functools import partial
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from verify_letter import (
    BROKEN,
    CannotTell,
    Wrong,
    cosigned_at,
    leaves_in,
    read_checkpoint,
    root_of,
    sha256,
    signed_by,
)

LONGEST = 1 << 20
PATIENCE = 30  # seconds
COSIGNATURE = b"\4"


# The key


def make_key(name, path):
    """A new key in a file that only its owner reads; the line that others need."""
    if not name or any(letter.isspace() or letter == "+" for letter in name):
        raise CannotTell("The name of a key has no spaces and no plus sign.")
    private = Ed25519PrivateKey.generate()
    secret = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    public = COSIGNATURE + public_of(private)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(file, "w", encoding="utf-8") as stream:
        json.dump({"name": name, "private": secret.hex()}, stream)
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(public).decode()}"


def public_of(private):
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(name, public):
    return sha256(name.encode(), b"\n", public)[:4]


def signed_line(own, text, now):
    """The line of a witness under this text (c2sp.org/tlog-cosignature)."""
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(own["private"]))
    signature = private.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
    named = key_id(own["name"], COSIGNATURE + public_of(private))
    return f"— {own['name']} {base64.b64encode(named + now.to_bytes(8, 'big') + signature).decode()}\n"


def carries(own, note, text):
    """Whether the note has the right signature of this witness."""
    public = public_of(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(own["private"])))
    lines = (line.split(" ") for line in note[len(text) :].split("\n") if line.count(" ") == 2)
    given = [(name, base64.b64decode(coded)) for _, name, coded in lines]
    ours = signed_by(own["name"], key_id(own["name"], COSIGNATURE + public), given)
    return any(cosigned_at(public, one, text) for one in ours)


# Where the register is read


class Address:
    """The register's own address."""

    def __init__(self, address):
        self.address = address.rstrip("/") + "/"

    def read(self, name):
        try:
            with urllib.request.urlopen(self.address + name, timeout=PATIENCE) as answer:
                return answer.read(LONGEST).decode()
        except (OSError, HTTPException) as silent:
            raise CannotTell(f"{self.address}{name} does not answer: {silent}") from None

    def checkpoint(self):
        return self.read("checkpoint")

    def continues(self, size, root, new_size, new_root):
        """Whether the register of the new size and root begins with that of the old ones."""
        proof = json.loads(self.read(f"consistency/{size}/{new_size}"))["proof"]
        return is_consistent(size, new_size, [bytes.fromhex(one) for one in proof], root, new_root)

    def hand_back(self, note):
        request = urllib.request.Request(self.address + "cosignatures", note.encode(), {"Content-Type": "text/plain"})
        try:
            urllib.request.urlopen(request, timeout=PATIENCE).close()
        except HTTPError as refused:
            words = f"The site does not take it: {refused.read(LONGEST).decode('utf-8', 'replace').strip()}"
            raise (Wrong if refused.code == 409 else CannotTell)(words) from None
        except (OSError, HTTPException) as silent:
            raise CannotTell(f"The site does not take it: {silent}") from None


class Copy:
    """A copy of the register, or the files of a message."""

    def __init__(self, folder):
        self.folder = folder

    def checkpoint(self):
        for name in ("checkpoint", "checkpoint.txt"):
            if (self.folder / name).exists():
                return (self.folder / name).read_text(encoding="utf-8")
        raise CannotTell("The folder holds no checkpoint.")

    def continues(self, size, root, new_size, new_root):
        path = self.folder / f"consistency-{size}-{new_size}.json"
        if path.exists():
            proof = json.loads(path.read_text(encoding="utf-8"))["proof"]
            return is_consistent(size, new_size, [bytes.fromhex(one) for one in proof], root, new_root)
        if not (self.folder / "tile").exists():
            raise CannotTell(f"There is no proof from {size} to {new_size} entries.")
        leaves = list(leaves_in(self.folder, new_size))
        return root_of(leaves[:size]) == root and root_of(leaves) == new_root

    def hand_back(self, note):
        raise CannotTell("A copy takes nothing back: use --print, and send the text to the site.")


def source_of(given):
    if given.startswith(("https://", "http://")):
        return Address(given)
    path = Path(given)
    return Copy(zipfile.Path(path) if zipfile.is_zipfile(path) else path)


def is_consistent(size, new_size, proof, root, new_root):
    """Whether the proof leads to both roots (RFC 9162, 2.1.4.2)."""
    if any(len(one) != 32 for one in proof):
        return False
    path = ([root] if size & (size - 1) == 0 else []) + proof
    place, last = size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = sha256(b"\1", beside, old), sha256(b"\1", beside, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = sha256(b"\1", new, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and old == root and new == new_root


# What was seen


def look(source, key, seen, say):
    """Compare the newest checkpoint with what was seen, remember it, and give it."""
    with closing(sqlite3.connect(seen, timeout=PATIENCE, isolation_level=None)) as memory:
        memory.execute("PRAGMA synchronous = FULL")
        memory.execute(
            "CREATE TABLE IF NOT EXISTS seen (origin TEXT, size INTEGER, note TEXT, PRIMARY KEY (origin, size))"
        )
        memory.execute("BEGIN IMMEDIATE")  # fetching, comparing and remembering is one step
        note = source.checkpoint()
        try:
            origin, size, _ = read_checkpoint(note, key)
        except Wrong as wrong:
            raise CannotTell(f"What was answered is no checkpoint by this key: {wrong}") from None
        before = memory.execute(
            "SELECT note FROM seen WHERE origin = ? ORDER BY size DESC LIMIT 1", [origin]
        ).fetchone()
        if before:
            check_continues(source, before[0], note, key, seen)
        memory.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", [origin, size, note])
        memory.execute("COMMIT")
    say(
        f"Register {origin}: {size} entries, {'which continue what was seen before' if before else 'seen for the first time'}."
    )
    return note


def check_continues(source, before, note, key, seen):
    _, old_size, old_root = split_checkpoint(before)
    _, size, root = split_checkpoint(note)
    if size < old_size:
        raise CannotTell(
            f"This head has {size} entries, but {old_size} were seen: an old copy, or the register was cut."
        )
    if size > old_size > 0:
        honest = source.continues(old_size, old_root, size, root)
    else:
        honest = old_size == 0 or root == old_root
    if honest:
        return
    kept = Path(f"{seen}.contradiction-{old_size}-{size}.txt")
    kept.write_text(f"{before}\n{note}", encoding="utf-8")
    raise Wrong(f"{size} entries do not continue the {old_size} that were seen. Keep {kept}, and tell others.")


def split_checkpoint(note):
    """Origin, size and root of a checkpoint whose signature was checked when it was read."""
    origin, size, root = note.split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


def sign(source, note, own, hand_back, say):
    """Sign what was seen, and give it back."""
    text = note.rpartition("\n\n")[0] + "\n"
    if hand_back and carries(own, note, text):
        say("It carries your signature already.")
        return
    note += signed_line(own, text, int(time.time()))
    if not hand_back:
        print(note, end="")
        return
    source.hand_back(note)
    say("Signed, and handed back to the site.")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?")
    parser.add_argument("--new", metavar="NAME")
    parser.add_argument("--own", type=Path, metavar="FILE")
    parser.add_argument("--key")
    parser.add_argument("--seen", type=Path, metavar="FILE")
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args(arguments)
    say = partial(print, file=sys.stderr) if options.print else print
    try:
        if options.new:
            if options.own is None:
                parser.error("--new needs --own, the file for the key")
            print(make_key(options.new, options.own))
            return 0
        if not (options.source and options.key and options.seen):
            parser.error("a source, --key and --seen are needed")
        own = json.loads(options.own.read_text(encoding="utf-8")) if options.own else None
        source = source_of(options.source)
        note = look(source, options.key, options.seen, say)
        if own:
            sign(source, note, own, not options.print, say)
    except Wrong as wrong:
        say(f"WRONG: {wrong}")
        return 1
    except (CannotTell, OSError, sqlite3.Error, zipfile.BadZipFile) as unclear:
        say(f"CANNOT TELL: {unclear}")
        return 2
    except BROKEN as broken:
        say(f"CANNOT TELL: the answer cannot be read ({type(broken).__name__}).")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
