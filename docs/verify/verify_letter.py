#!/usr/bin/env python3
"""Checks a letter of Qoltanba without the site that made it, and without any network.

    verify_letter.py letter.pdf                     an edition, with everything that it carries
    verify_letter.py receipt.json                   a receipt, or register.json from an edition
    verify_letter.py receipt.tlog-proof --leaf F    a proof in the form of C2SP, with the exact text of its entry in a file
    verify_letter.py folder/                        a copy of the whole register (checkpoint and tiles), also packed as register.zip

    --key KEY     the verifier key of the register as you wrote it down earlier; without it the one in the file is believed, and said
    --sealed-part look only at what was sealed: behind it stand archive time stamps or further signatures, which a PDF reader judges
    --cert FILE   the certificate (PEM) that must have sealed the PDF; without it the one in the file is believed, and said

Ends with 0 when everything holds, 1 when something is wrong, 2 when nothing can be said. Needs Python 3.9 and the package
`cryptography`. It shares no line with the program that runs the site.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "Qoltanba proofs, version 1"


class Wrong(Exception):
    """Something does not hold; the message says what."""


class CannotTell(Exception):
    """What was given cannot be judged; the message says why."""


# Hashes and canonical form


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def fingerprint(domain, content):
    """SHA-256 over domain, zero byte and content, in hexadecimal."""
    return sha256(domain.encode(), b"\0", content).hex()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# The Merkle tree of RFC 6962


def root_from(leaf, index, size, path):
    """The root that a proof leads to (RFC 9162, 2.1.3.2); None when there is no such entry or the path has another length."""
    if not 0 <= index < size:
        return None
    node, last, reached = index, size - 1, sha256(b"\0", leaf)
    for beside in path:
        if last == 0:
            return None
        if node % 2 == 1 or node == last:
            reached = sha256(b"\1", beside, reached)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            reached = sha256(b"\1", reached, beside)
        node, last = node // 2, last // 2
    return reached if last == 0 else None


def root_of(leaves):
    """The root over all leaves."""
    edge, size = [], 0
    for leaf in leaves:
        node, size = sha256(b"\0", leaf), size + 1
        for _ in range((size & -size).bit_length() - 1):
            node = sha256(b"\1", edge.pop(), node)
        edge.append(node)
    if not edge:
        return sha256(b"")
    root = edge.pop()
    while edge:
        root = sha256(b"\1", edge.pop(), root)
    return root


# Signed notes and checkpoints of C2SP


def read_key(text):
    """Name, id and public key from a line like `name+id+base64`."""
    try:
        name, key_id, coded = text.strip().split("+", 2)
        public = base64.b64decode(coded, validate=True)
    except ValueError:
        raise CannotTell(f"This is no verifier key: {text[:80]!r}") from None
    if public[:1] != b"\1" or len(public) != 33 or sha256(name.encode(), b"\n", public)[:4].hex() != key_id:
        raise CannotTell(f"The parts of the verifier key contradict each other: {text[:80]!r}")
    return name, bytes.fromhex(key_id), public[1:]


def read_checkpoint(note, key):
    """Origin, size and root of a checkpoint that this key signed."""
    name, key_id, public = read_key(key)
    text, gap, lines = note.rpartition("\n\n")
    text += "\n"
    if not gap:
        raise Wrong("The checkpoint is damaged.")
    for line in lines.strip("\n").split("\n"):
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if match and match[1] == name:
            signature = base64.b64decode(match[2])
            if signature[:4] == key_id and is_signed(public, signature[4:], text.encode()):
                break
    else:
        raise Wrong("The checkpoint is not signed by the key of the register.")
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


def is_signed(public, signature, content):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True


# Proofs


def check_bundle(bundle, given_key, say):
    """Check a file of proofs; the facts of its entries as {index: facts}, and the size of the checkpoint."""
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        raise CannotTell("This JSON is no file of proofs in a form that is known here.")
    if not bundle["checkpoint"]:
        raise CannotTell("No signed checkpoint has the entry yet: fetch the receipt again later.")
    key = given_key or bundle["key"]
    origin, size, root = read_checkpoint(bundle["checkpoint"], key)
    if origin != bundle["origin"]:
        raise Wrong("The checkpoint is of another register than the file says.")
    say(f"Register {origin}: signed checkpoint over {size} entries.")
    if not given_key:
        say(f"The key was taken from the file. Compare it with one from elsewhere: {key}")
    entries = {}
    for entry in bundle["entries"]:
        leaf, index = entry["leaf"].encode(), entry["index"]
        if root_from(leaf, index, size, [bytes.fromhex(one) for one in entry["proof"]]) != root:
            raise Wrong(f"Entry {index} does not stand in the register in these words.")
        facts = entries[index] = json.loads(leaf)
        opening = entry.get("opening")
        if opening is not None and fingerprint("qoltanba/signatory/v1", canonical(opening)) != facts.get("signatory"):
            raise Wrong(f"The names beside entry {index} are not those that it stands for.")
        named = f": {opening['names']['en'] or next(filter(None, opening['names'].values()))}" if opening else ""
        say(f"Entry {index} is in the register: {facts['op']}, {facts['at']}{named}")
    return entries, size


def one_of(entries, *kinds):
    found = [facts for facts in entries.values() if facts["op"] in kinds]
    if not found:
        raise Wrong(f"The file holds no proof of an entry {' or '.join(kinds)}.")
    return found[-1]


def texts_of(entries):
    """The fingerprints of all texts of a letter in their order: the one that was opened, then each correction of the one before."""
    texts = [one_of(entries, "letter.opened")["fingerprint"]]
    for facts in entries.values():
        if facts["op"] == "letter.erratum":
            if facts["corrects"] != texts[-1] or facts["number"] != len(texts) + 1:
                raise Wrong("A correction is missing, or stands in another order than it was made.")
            texts.append(facts["fingerprint"])
    return texts


def check_enclosed(files, given_key, say):
    """Check what an edition carries: proofs, canonical text, names."""
    if "register.json" not in files:
        raise CannotTell("The PDF carries no proofs from the register: it is a draft, or older than the proofs.")
    bundle = json.loads(files["register.json"])
    entries, _ = check_bundle(bundle, given_key, say)
    texts, frozen = texts_of(entries), one_of(entries, "letter.closed", "letter.addendum")
    text = fingerprint("qoltanba/letter/v1", files["letter.json"])
    if text != texts[-1] or text != frozen["fingerprint"]:
        raise Wrong("The text in the file is not the one that was opened for signature and closed.")
    say(f"The enclosed text in three languages is the one that was signed: {text}")
    for facts in entries.values():
        if facts["op"] in ("signature.admitted", "signature.renewed") and facts["fingerprint"] not in texts:
            raise Wrong("A signature stands for a text that this letter never had.")
    if fingerprint("qoltanba/indices/v1", canonical(bundle["signatures"])) != frozen["signatures"]:
        raise Wrong("The list of counted signatures is not the one that was frozen.")
    if len(bundle["signatures"]) != frozen["count"]:
        raise Wrong("The number of signatures is not the one that was frozen.")
    say(
        f"{frozen['count']} organizations had signed when the list was frozen, {frozen['named']} of them named in public."
    )
    tables = [json.loads(files[name]) for name in sorted(files) if re.fullmatch(r"signatories(-[a-z]+)?\.json", name)]
    if any(shown["fingerprint"] != text for shown in tables):
        raise Wrong("The table of signatories belongs to another text.")
    if "names.json" not in files:
        say("The frozen names are not enclosed: some of them have been hidden since.")
        return text
    if fingerprint("qoltanba/signatories/v1", files["names.json"]) != frozen["signatory_list"]:
        raise Wrong("The names in the file are not those that were frozen.")
    now, frozen_names = len(texts), json.loads(files["names.json"])
    for shown in tables:
        names = [(row["name"], row.get("revision", now)) for row in frozen_names[shown["language"]]]
        public = [row for row in shown["signatories"] if row.get("shown_to", "all") == "all"]
        listed = [(row["name"], row.get("revision", now)) for row in public]
        if names != listed:
            raise Wrong("The table of signatories does not hold the names that were frozen.")
    say("The enclosed names are those that were frozen.")
    return text


# PDF: objects with a stream, without anything of the rest


def streams(pdf):
    """Each stream of the file with its dictionary, as it stands in the bytes."""
    for match in re.finditer(rb"<<((?:(?!\bstream\b|\bendobj\b).)*?)>>\s*stream\r?\n", pdf, re.DOTALL):
        length = re.search(rb"/Length (\d+)(?! \d+ R)", match[1])
        end = match.end() + int(length[1]) if length else pdf.find(b"endstream", match.end())
        content = pdf[match.end() : end]
        if b"/FlateDecode" in match[1]:
            try:
                content = zlib.decompress(content)
            except zlib.error:
                continue
        yield match[1], content


def enclosed_files(pdf):
    """The attached files by name, as the objects that name them say."""
    numbers = {}
    objects = pdf
    for head, content in streams(pdf):
        if b"/ObjStm" in head:
            objects += b"\n" + content
    for match in re.finditer(rb"/EF\s*<<[^>]*?/F (\d+) 0 R[^>]*>>", objects):
        begin, end = objects.rfind(b"<<", 0, match.start()), objects.find(b">>", match.end())
        name = re.search(rb"/U?F\s*\(([^)]+)\)", objects[begin : match.start()] + objects[match.end() : end])
        if name:
            numbers[int(match[1])] = name[1].decode("ascii", "replace")
    files = {}
    for number, name in numbers.items():
        start = re.search(rb"(?:^|\s)%d 0 obj\b" % number, pdf)
        if start:
            found = next(streams(pdf[start.start() :]), None)
            if found:
                files[name] = found[1]
    return files


# CMS (RFC 5652): just enough DER to read one signer


def der(data, place=0):
    """Tag, content and end of the value that begins here."""
    tag, length, start = data[place], data[place + 1], place + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    if start + length > len(data):
        raise Wrong("The signature is damaged.")
    return tag, data[start : start + length], start + length


def parts(content):
    place, found = 0, []
    while place < len(content):
        tag, value, end = der(content, place)
        found.append((tag, value, content[place:end]))
        place = end
    return found


MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")


def check_seal(pdf, trusted, say, sealed_part=False):
    """Check the PDF's own signature: what it covers, its digest, and that its certificate made it. The sealed bytes come back."""
    match = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf)
    if not match and not pdf.rstrip().endswith(b"%%EOF"):
        raise Wrong("The end of the file is missing.")
    if not match:
        raise Wrong("The PDF carries no seal: it was saved again by another program, or was never sealed.")
    start, first, second, rest = map(int, match.groups())
    if start != 0 or pdf[first : first + 1] != b"<" or pdf[second - 1 : second] != b">":
        raise Wrong("The seal stands elsewhere than where it was put: the file was saved again by another program.")
    if second + rest > len(pdf):
        raise Wrong("The end of the file is missing.")
    digits = pdf[first + 1 : second - 1]
    if not re.fullmatch(rb"(?:[0-9A-F]{2})+", digits):
        raise Wrong("The seal was altered: it is not written as it is put.")
    try:
        cms = bytes.fromhex(digits.decode())
        if cms[der(cms)[2] :].strip(b"\0"):
            raise Wrong("The seal was altered: something stands behind it.")
        signed_data = parts(parts(parts(der(cms)[1])[1][1])[0][1])
    except (ValueError, IndexError):
        raise Wrong("The seal is damaged.") from None
    certificates = [
        x509.load_der_x509_certificate(raw)
        for tag, value, whole in signed_data
        if tag == 0xA0
        for _, _, raw in parts(value)
    ]
    signer = parts(parts(signed_data[-1][1])[0][1])
    attributes = next(whole for tag, _, whole in signer if tag == 0xA0)
    digests = [
        parts(parts(one)[1][1])[0][1] for _, one, _ in parts(der(attributes)[1]) if parts(one)[0][1] == MESSAGE_DIGEST
    ]
    covered = hashlib.sha256(pdf[:first] + pdf[second : second + rest]).digest()
    if digests != [covered]:
        raise Wrong("The file was altered after it was sealed.")
    signature = next(value for tag, value, _ in reversed(signer) if tag == 0x04)
    attributes = b"\x31" + attributes[1:]
    by = next((one for one in certificates if made_by(one, signature, attributes)), None)
    if by is None:
        raise Wrong("The seal was not made by a certificate in it.")
    say(f"The file is sealed by {by.subject.rfc4514_string()}")
    if trusted is None:
        say(f"The certificate was taken from the file. Compare its SHA-256: {by.fingerprint(hashes.SHA256()).hex()}")
    elif by != trusted:
        raise Wrong("The seal was made by another certificate than the one that you trust.")
    later = len(pdf.rstrip()) - (second + rest)
    if later > 0 and not sealed_part:
        raise Wrong(
            "Something was added to the file after it was sealed. What was sealed is in it unchanged. If these are archive time stamps or further "
            "signatures, look at the sealed part alone (--sealed-part)."
        )
    say(f"{later} bytes behind the sealed part were not looked at." if later > 0 else "Nothing was altered or added since.")
    return pdf[: second + rest]


def made_by(certificate, signature, content):
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


# A whole register as files


def tile_name(number, width):
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups) + ("" if width == 256 else f".p/{width}")


def leaves_in(folder, size):
    for number in range((size + 255) // 256):
        width = min(256, size - 256 * number)
        name = tile_name(number, width)
        try:
            content = (folder / "tile" / "entries" / name).read_bytes()
        except (OSError, KeyError):
            raise Wrong(f"A file is missing: tile/entries/{name}") from None
        place = 0
        for _ in range(width):
            length = int.from_bytes(content[place : place + 2], "big")
            leaf = content[place + 2 : place + 2 + length]
            if len(leaf) != length:
                raise Wrong(f"A file is cut: tile/entries/{name}")
            yield leaf
            place += 2 + length


def check_mirror(folder, key, say):
    """Check a copy of the register: a folder, or the inside of a ZIP, which is read like one."""
    try:
        note = (folder / "checkpoint").read_text(encoding="utf-8")
    except (OSError, ValueError, KeyError):
        raise CannotTell("The folder holds no checkpoint.") from None
    if not key:
        raise CannotTell("A copy of the register holds no key: give the one that you wrote down, with --key.")
    origin, size, root = read_checkpoint(note, key)
    if root_of(leaves_in(folder, size)) != root:
        raise Wrong("The entries do not agree with the checkpoint.")
    say(f"Register {origin}: all {size} entries agree with the signed checkpoint.")


def check_tlog_proof(text, leaf, key, say):
    lines = text.split("\n")
    if not key or leaf is None:
        raise CannotTell("A proof in this form holds neither the entry nor the key: give them with --leaf and --key.")
    gap = lines.index("")
    index = int(lines[1].removeprefix("index "))
    origin, size, root = read_checkpoint("\n".join(lines[gap + 1 :]), key)
    if root_from(leaf, index, size, [base64.b64decode(one) for one in lines[2:gap]]) != root:
        raise Wrong(f"Entry {index} does not stand in the register in these words.")
    say(f"Register {origin}: entry {index} of {size} is as it was written.")


def check(path, key=None, certificate=None, leaf=None, say=print, sealed_part=False):
    """Check whatever lies at this path."""
    if path.is_dir() or zipfile.is_zipfile(path):
        check_mirror(path if path.is_dir() else zipfile.Path(path), key, say)
        return
    content = path.read_bytes()
    if b"%PDF-" in content[:1024]:
        sealed = check_seal(content, certificate, say, sealed_part)
        check_enclosed(enclosed_files(sealed), key, say)
    elif content.startswith(b"c2sp.org/tlog-proof@v1\n"):
        check_tlog_proof(content.decode(), leaf, key, say)
    else:
        try:
            bundle = json.loads(content)
        except ValueError:
            raise CannotTell("This is neither a PDF nor a file of proofs.") from None
        check_bundle(bundle, key, say)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--key")
    parser.add_argument("--cert", type=Path)
    parser.add_argument("--leaf", type=Path)
    parser.add_argument("--sealed-part", action="store_true")
    options = parser.parse_args(arguments)
    try:
        certificate = x509.load_pem_x509_certificate(options.cert.read_bytes()) if options.cert else None
        leaf = options.leaf.read_bytes() if options.leaf else None
        check(options.path, options.key, certificate, leaf, sealed_part=options.sealed_part)
    except Wrong as wrong:
        print(f"WRONG: {wrong}")
        return 1
    except (CannotTell, OSError) as unclear:
        print(f"CANNOT TELL: {unclear}")
        return 2
    except (KeyError, TypeError, ValueError, IndexError, StopIteration, AttributeError) as broken:
        print(f"WRONG: the file is damaged ({type(broken).__name__}).")
        return 1
    print("GOOD: everything above holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
