#!/usr/bin/env python3
"""Checks a letter of Qoltanba without the site that made it, and without any network.

    verify_letter.py letter.pdf                     an edition, with everything that it carries
    verify_letter.py receipt.json                   a receipt, or register.json from an edition
    verify_letter.py receipt.tlog-proof --leaf F    a proof in the form of C2SP, with the exact text of its entry in a file
    verify_letter.py folder/                        a copy of the whole register (checkpoint and tiles), also packed as register.zip

    --key KEY     the verifier key of the register as you wrote it down earlier; without it the one in the file is believed, and said
    --witness KEY the key of somebody who watches the register and must have signed its checkpoint, too; as often as you trust one
    --sealed-part look only at what was sealed. Otherwise time stamps and further signatures behind it are checked, as long as they show
                  nothing on the page; whether their certificates are to be trusted is yours to say
    --cert FILE   the certificate (PEM) that must have sealed the PDF; without it the one in the file is believed, and said

Ends with 0 when everything holds, 1 when something is wrong, 2 when nothing can be said. Needs Python 3.9 and the package
`cryptography`. It shares no line with the program that runs the site.
"""

import argparse
import base64
import hashlib
import html
import json
import os
import re
import subprocess
import sys
import time
import unicodedata
import zipfile
import zlib
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "Qoltanba proofs, version 1"


class Wrong(Exception):
    """Something does not hold; the message says what."""


class CannotTell(Exception):
    """What was given cannot be judged; the message says why."""


BROKEN = (  # what reading a damaged file comes to
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    StopIteration,
    AttributeError,
    RecursionError,
    OverflowError,
    zlib.error,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
)


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
        if last == 0 or len(beside) != 32:
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


def read_key(text, kind=b"\1"):
    """Name, id and public key from a line like `name+id+base64`; of kind 1 a register's, of kind 4 a witness's."""
    try:
        name, key_id, coded = text.strip().split("+", 2)
        public = base64.b64decode(coded, validate=True)
    except ValueError:
        raise CannotTell(f"This is no verifier key: {text[:80]!r}") from None
    if public[:1] != kind or len(public) != 33 or sha256(name.encode(), b"\n", public)[:4].hex() != key_id:
        raise CannotTell(f"The parts of the verifier key contradict each other: {text[:80]!r}")
    return name, bytes.fromhex(key_id), public[1:]


def read_checkpoint(note, key, witnesses=(), say=print):
    """Origin, size and root of a checkpoint that this key signed, and each of these witnesses."""
    text, gap, lines = note.rpartition("\n\n")
    text += "\n"
    if not gap or not lines.endswith("\n"):
        raise Wrong("The checkpoint is damaged.")
    lines = [re.fullmatch(r"— (\S+) (\S+)", line) for line in lines.strip("\n").split("\n")]
    signatures = [(match[1], base64.b64decode(match[2])) for match in lines if match]
    origin, key_id, public = read_key(key)
    if not any(is_signed(public, one, text.encode()) for one in signed_by(origin, key_id, signatures)):
        raise Wrong("The checkpoint is not signed by the key of the register.")
    for witness in witnesses:
        name, key_id, public = read_key(witness, b"\4")
        given = signed_by(name, key_id, signatures)
        seconds = next(filter(None, (cosigned_at(public, one, text) for one in given)), None)
        if seconds is None and given:
            raise Wrong(f"The signature of the witness {name} is not right.")
        if seconds is None:
            raise CannotTell(f"The witness {name} has not signed this checkpoint: take a newer receipt or proof.")
        say(f"Witnessed by {name} at {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))}.")
    named, size, root = text.split("\n")[:3]
    root = base64.b64decode(root)
    if named != origin or not re.fullmatch("0|[1-9][0-9]{0,17}", size, re.ASCII) or len(root) != 32:
        raise Wrong("The checkpoint is of another register than its key, or damaged.")
    return origin, int(size), root


def cosigned_at(public, signature, text):
    """When a witness signed, in seconds since 1970; None when it did not."""
    seconds = int.from_bytes(signature[:8], "big")
    message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    return seconds if seconds < 253402300800 and is_signed(public, signature[8:], message) else None


def signed_by(name, key_id, signatures):
    """The signatures that say that they are of this key."""
    return [signature[4:] for by, signature in signatures if by == name and signature[:4] == key_id]


def is_signed(public, signature, content):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True


# Proofs


def check_bundle(bundle, given_key, say, witnesses=()):
    """Check a file of proofs; the facts of its entries as {index: facts}, and the size of the checkpoint."""
    if not isinstance(bundle, dict) or bundle.get("format") != FORMAT:
        raise CannotTell("This JSON is no file of proofs in a form that is known here.")
    if not bundle["checkpoint"]:
        raise CannotTell("No signed checkpoint has the entry yet: fetch the receipt again later.")
    key = given_key or bundle["key"]
    origin, size, root = read_checkpoint(bundle["checkpoint"], key, witnesses, say)
    if origin != bundle["origin"]:
        raise Wrong("The checkpoint is of another register than the file says.")
    say(f"Register {origin}: signed checkpoint over {size} entries.")
    if not given_key:
        say(f"The key was taken from the file. Compare it with one from elsewhere: {key}")
    check_age(max((entry["index"] for entry in bundle["entries"]), default=-1), size)
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


def check_age(index, size):
    """A checkpoint that was signed before the entry stood in the register proves nothing of it."""
    if index >= size:
        raise Wrong(f"The checkpoint is older than entry {index}: it was signed over {size} entries.")


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


def check_enclosed(files, given_key, say, witnesses=()):
    """Check what an edition carries: proofs, canonical text, names."""
    if "register.json" not in files:
        raise CannotTell("The PDF carries no proofs from the register: it is a draft, or older than the proofs.")
    bundle = json.loads(files["register.json"])
    entries, _ = check_bundle(bundle, given_key, say, witnesses)
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
        f"Organizations that had signed when the list was frozen: {frozen['count']}; named in public: {frozen['named']}."
    )
    tables = tables_of(files)
    if any(shown["fingerprint"] != text for shown in tables):
        raise Wrong("The table of signatories belongs to another text.")
    if "names.json" not in files:
        say("The frozen names are not enclosed: some of them have been hidden since.")
        return text
    now, frozen_names = len(texts), json.loads(files["names.json"])
    salted = "salt" in frozen_names
    domain = "qoltanba/signatories/v2" if salted else "qoltanba/signatories/v1"
    if fingerprint(domain, files["names.json"]) != frozen["signatory_list"]:
        raise Wrong("The names in the file are not those that were frozen.")
    frozen_names = frozen_names["names"] if salted else frozen_names
    for shown in tables:
        names = [(row["name"], row.get("revision", now)) for row in frozen_names[shown["language"]]]
        public = [row for row in shown["signatories"] if row.get("shown_to", "all") == "all"]
        listed = [(row["name"], row.get("revision", now)) for row in public]
        if names != listed:
            raise Wrong("The table of signatories does not hold the names that were frozen.")
    say("The enclosed names are those that were frozen.")
    return text


def tables_of(files):
    """The tables of signatories: one, or in a bound edition one for each language."""
    return [json.loads(files[name]) for name in sorted(files) if re.fullmatch(r"signatories(-[a-z]+)?\.json", name)]


# Printed words: whatever of them is a letter or a digit, so that neither lines, hyphens nor quotation marks matter

A_LINE = 20  # letters that a page ends with before words go on overleaf; fewer could be there by chance
SLACK = 40  # letters by which what follows on a page, such as a footnote, may look like the words that go on
DOUBTFUL = re.compile(r"[\[\]\\&<>`]|  \n")  # where this program may read a text otherwise than the one that printed it
LINK = re.compile(
    r"""\]\(\s*(<[^<>\n]*>|[^\s()<][^\s()]*(\([^\s()]*\)[^\s()]*)*)(\s+("[^"]*"|'[^']*'|\([^()]*\)))?\s*\)"""
)
DEFINITION = re.compile(r"""(?m)^ {0,3}\[([^\]^]+)\]:[ \t]*\S+([ \t]+("[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$""")
BLOCK = re.compile(r"\n\s*\n|\n(?=[ >]*(?:[-*+] |\d+[.)] |#|\[\^[^\]]+\]:))")


def check_printed(pdf, files, say):
    """Check that the pages show the enclosed text and names, as pdftotext reads them."""
    tables = tables_of(files)
    pages = printed_pages(pdf) if tables else None
    if pages is None:
        say(
            "The printed words were not compared with the enclosed ones: pdftotext is not there, or nothing to compare."
        )
        return
    letter, bundle = json.loads(files["letter.json"]), json.loads(files["register.json"])
    kinds = [json.loads(entry["leaf"])["op"] for entry in bundle["entries"]]
    addendum = [kind for kind in kinds if kind in ("letter.closed", "letter.addendum")][-1:] == ["letter.addendum"]
    for table in tables:
        text = letter["texts"][table["language"]]
        wanted, notes = ([text["title"].upper()], []) if addendum else words_of_text(text)
        last = 0
        for words in [*wanted, *(row["name"] for row in table["signatories"])]:
            last = find_printed(pages, words, last)
        for words in notes:
            find_printed(pages, words, 0)
    said = "the title of the letter" if addendum else "the enclosed text"
    say(f"The pages show {said} and the names of the table; what else they show was not looked at.")


def printed_pages(pdf):
    """The letters and digits of each page, without its foot; None when nobody can read them here."""
    area = ["-r", "72", "-x", "0", "-y", "0", "-W", "596", "-H", "757"]
    try:
        found = subprocess.run(
            ["pdftotext", "-raw", *area, "-", "-"], input=pdf, capture_output=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return [letters_of(page) for page in found.stdout.decode("utf-8", "replace").split("\f")]


def letters_of(text):
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one.isalnum())


def words_of_text(text):
    """The blocks of a text as they are printed: title, paragraphs, headings and items; and its footnotes, which stand elsewhere."""
    body = re.sub(r"&#?\w+;", lambda entity: html.unescape(entity[0]), text["body"])
    known, numbers = set(re.findall(r"(?m)^ *\[\^([^\]]+)\]:", body)), {}
    labels = {match[1].casefold() for match in DEFINITION.finditer(body)}

    def number(match):
        return str(numbers.setdefault(match[1], len(numbers) + 1)) if match[1] in known else match[0]

    def reference(match):
        return "]" if match[1].casefold() in labels or not match[1] else match[0]

    body = re.sub(r"(?m)^ {0,3}(```|~~~).*$", "", DEFINITION.sub("", body))  # where links lead, and marks of code
    blocks, notes, kept = [text["title"]], [], []
    for block in BLOCK.split(body):
        note = re.match(r"\[\^[^\]]+\]:", block)
        kept = notes if note or (kept is notes and block.startswith(("    ", "\t"))) else blocks
        words = re.sub(r"\[\^([^\]]+)\]", number, block[note.end() :] if note else block)
        kept.append(re.sub(r"\]\[([^\]^]*)\]", reference, LINK.sub("]", words)))
    return blocks, notes


def find_printed(pages, words, first):
    """The page on which words stand that may go on over the next pages; they come no earlier than on this one."""
    unnumbered = re.sub(r"^[ >]*\d+[.)] ", "", words)  # the number of an item may be drawn elsewhere
    for letters in dict.fromkeys([letters_of(words), letters_of(unnumbered)]):
        for found in (begins, begins_and_goes_on):
            for place in range(first, len(pages)):
                if found(pages, letters, place):
                    return place
    if DOUBTFUL.search(words):
        raise CannotTell(
            f"These words were not found on the pages, or are marked up in a way not known here: {words[:60]}…"
        )
    raise Wrong(f"The pages do not show these words of the enclosed text: {words[:60]}…")


def begins(pages, words, place):
    return words in pages[place]


def begins_and_goes_on(pages, words, place):
    reach = next(length for length in range(len(words), -1, -1) if words[:length] in pages[place])
    tried = set()
    return any(
        goes_on(pages, words[length:], place + 1, tried) for length in range(reach, max(reach - SLACK, A_LINE - 1), -1)
    )


def goes_on(pages, words, place, tried):
    """Whether this page begins with the rest of the words, or with as many as it holds."""
    if place == len(pages) or (len(words), place) in tried:
        return False
    tried.add((len(words), place))
    if pages[place].startswith(words):
        return True
    reach = len(os.path.commonprefix([pages[place], words]))
    return any(goes_on(pages, words[length:], place + 1, tried) for length in range(reach, max(reach - SLACK, 0), -1))


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
DIGESTS = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}


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
    covered = pdf[:first] + pdf[second : second + rest]
    by, _ = signer_of(pdf[first + 1 : second - 1], covered, "The file was altered after it was sealed.")
    say(f"The file is sealed by {by.subject.rfc4514_string()}")
    if trusted is None:
        say(f"The certificate was taken from the file. Compare its SHA-256: {by.fingerprint(hashes.SHA256()).hex()}")
    elif by != trusted:
        raise Wrong("The seal was made by another certificate than the one that you trust.")
    end = second + rest
    if sealed_part and pdf[end:].strip():
        say(f"{len(pdf.rstrip()) - end} bytes behind the sealed part were not looked at.")
    else:
        check_updates(pdf, end, say)
    return pdf[:end]


def signer_of(digits, covered, altered):
    """The certificate that made a signature over these bytes, and the content that the signature encloses: of a time stamp its TSTInfo."""
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
    enclosed = parts(signed_data[2][1])
    content = parts(enclosed[1][1])[0][1] if len(enclosed) > 1 else None
    signer = parts(parts(signed_data[-1][1])[0][1])
    digest = DIGESTS[parts(signer[2][1])[0][1]]
    attributes = next(whole for tag, _, whole in signer if tag == 0xA0)
    digests = [
        parts(parts(one)[1][1])[0][1] for _, one, _ in parts(der(attributes)[1]) if parts(one)[0][1] == MESSAGE_DIGEST
    ]
    if digests != [hashlib.new(digest.name, covered if content is None else content).digest()]:
        raise Wrong(altered)
    signature = next(value for tag, value, _ in reversed(signer) if tag == 0x04)
    attributes = b"\x31" + attributes[1:]
    by = next((one for one in certificates if made_by(one, signature, attributes, digest)), None)
    if by is None:
        raise Wrong("The seal was not made by a certificate in it.")
    return by, content


def made_by(certificate, signature, content, digest):
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


# What stands behind a seal: incremental updates (ISO 32000-1, 7.5.6). Stamps and signatures that show nothing on the page pass, and proofs for them


class Odd(Exception):
    """An update holds what is not understood here, or what no stamp or signature needs."""


TOKEN = re.compile(rb"[^\0\t\n\f\r ()<>\[\]{}/%]+")
BLANK = re.compile(rb"[\0\t\n\f\r ]*")
REFERENCE = re.compile(rb"(\d+) 0 R(?![0-9A-Za-z])")
OBJECT = re.compile(rb"[\0\t\n\f\r ]*(\d+) 0 obj")
STREAM = re.compile(rb"[\0\t\n\f\r ]*stream\r?\n")
END_OF_STREAM = re.compile(rb"[\0\t\n\f\r ]*endstream")
END_OF_OBJECT = re.compile(rb"[\0\t\n\f\r ]*endobj")
END = re.compile(rb"[\0\t\n\f\r ]*startxref[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+%%EOF(?:\r\n|\n|\r)?")
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)


def past(pattern, data, place):
    match = pattern.match(data, place)
    if not match:
        raise Odd
    return match


def value_at(data, place):
    """The value that begins here and where it ends: dictionaries, lists, names as text, strings as ("S", bytes), references as ("R", number),
    anything else as its bytes.
    """
    place = past(BLANK, data, place).end()
    if data.startswith(b"<<", place):
        found, place = {}, past(BLANK, data, place + 2).end()
        while not data.startswith(b">>", place):
            name, place = value_at(data, place)
            if not isinstance(name, str) or name in found:
                raise Odd
            found[name], place = value_at(data, place)
            place = past(BLANK, data, place).end()
        return found, place + 2
    if data.startswith(b"[", place):
        found, place = [], past(BLANK, data, place + 1).end()
        while not data.startswith(b"]", place):
            one, place = value_at(data, place)
            found.append(one)
            place = past(BLANK, data, place).end()
        return found, place + 1
    if data.startswith(b"<", place):
        end = data.index(b">", place)
        return ("S", bytes.fromhex(data[place + 1 : end].decode())), end + 1
    if data.startswith(b"(", place):
        return string_at(data, place)
    if data.startswith(b"/", place):
        match = past(TOKEN, data, place + 1)
        if b"#" in match[0]:
            raise Odd  # a name in disguise
        return "/" + match[0].decode("latin-1"), match.end()
    if match := REFERENCE.match(data, place):
        return ("R", int(match[1])), match.end()
    match = past(TOKEN, data, place)
    return match[0], match.end()


def string_at(data, place):
    depth, end = 0, place
    while end < len(data):
        if data[end] == 0x5C:
            end += 2
            continue
        depth += (data[end] == 0x28) - (data[end] == 0x29)
        end += 1
        if depth == 0:
            return ("S", ESCAPED.sub(unescaped, data[place + 1 : end - 1])), end
    raise Odd


def unescaped(match):
    if match[1].isdigit():
        return bytes([int(match[1], 8) & 255])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}.get(match[1], match[1])


def object_at(data, place):
    """Number, value, stream (None without one) and end of the object that begins here."""
    begin = past(OBJECT, data, place)
    value, place = value_at(data, begin.end())
    stream, match = None, STREAM.match(data, place)
    if match:
        length = int(value["/Length"])
        stream = data[match.end() : match.end() + length]
        place = past(END_OF_STREAM, data, match.end() + length).end()
    return int(begin[1]), value, stream, past(END_OF_OBJECT, data, place).end()


def unpacked(value, stream):
    if value.get("/Filter", "/FlateDecode") != "/FlateDecode":
        raise Odd
    content = zlib.decompress(stream) if "/Filter" in value else stream
    return added_up(content, value["/DecodeParms"]) if "/DecodeParms" in value else content


def added_up(content, how):
    """Rows that were written as differences from the row above (ISO 32000-1, 7.4.4.4: predictor 12, each row with the PNG filter Up)."""
    if set(how) != {"/Columns", "/Predictor"} or how["/Predictor"] != b"12":
        raise Odd
    width = int(how["/Columns"])
    rows, above = [], bytes(width)
    for place in range(0, len(content), width + 1):
        row = content[place + 1 : place + 1 + width]
        if content[place] != 2 or len(row) != width:
            raise Odd
        above = bytes((one + up) & 255 for one, up in zip(row, above))
        rows.append(above)
    return b"".join(rows)


def entries_of(head, stream):
    """The rows of a cross-reference stream: {number: (type, second field, third field)}."""
    if head.get("/Type") != "/XRef":
        raise Odd
    content, widths = unpacked(head, stream), [int(one) for one in head["/W"]]
    index = [int(one) for one in head.get("/Index", [b"0", head["/Size"]])]
    numbers = [first + more for first, count in zip(index[::2], index[1::2]) for more in range(count)]
    if len(content) != sum(widths) * len(numbers) or len(widths) != 3 or not widths[0]:
        raise Odd
    found, place = {}, 0
    for number in numbers:
        fields = []
        for width in widths:
            fields.append(int.from_bytes(content[place : place + width], "big"))
            place += width
        found[number] = tuple(fields)
    return found


class Before:
    """The file as it was before an update, read by its cross-reference streams."""

    def __init__(self, pdf):
        self.pdf, self.table, self.head = pdf, {}, None
        self.start = place = int(re.findall(rb"startxref\s+(\d+)\s+%%EOF", pdf)[-1])
        while place is not None:
            _, head, stream, _ = object_at(pdf, place)
            self.head = self.head or head
            for number, entry in entries_of(head, stream).items():
                self.table.setdefault(number, entry)
            later, place = place, int(head["/Prev"]) if "/Prev" in head else None
            if place is not None and place >= later:
                raise Odd

    def object(self, number):
        """Value and stream of an object."""
        kind, place, within = self.table[number]
        if kind == 1:
            found, value, stream, _ = object_at(self.pdf, place)
            if found != number:
                raise Odd
            return value, stream
        if kind != 2:
            raise Odd
        container, stream = self.object(place)
        content = unpacked(container, stream)
        header = content[: int(container["/First"])].split()
        if int(header[2 * within]) != number:
            raise Odd
        return value_at(content, int(container["/First"]) + int(header[2 * within + 1]))[0], None


def check_updates(pdf, place, say):
    """Check whatever stands behind the seal, update by update."""
    if not pdf[place:].strip():
        say("Nothing was altered or added since.")
        return
    try:
        while pdf[place:].strip():
            place = check_update(pdf, place, say)
    except (Odd, *BROKEN):
        raise Wrong(
            "Something was added to the file after it was sealed that is no time stamp and no signature without a place on the page. What was "
            "sealed is in it unchanged: look at the sealed part alone (--sealed-part)."
        ) from None
    say("Nothing else was altered or added since.")


def check_update(pdf, start, say):
    """Check one update and give its end."""
    objects, places, place = {}, {}, start
    while match := OBJECT.match(pdf, place):
        number, value, stream, place = object_at(pdf, place)
        if number in objects:
            raise Odd
        objects[number], places[number] = (value, stream), match.start(1)
    last = past(END, pdf, place)
    end, before = last.end(), Before(pdf[:start])
    at = next(number for number, place in places.items() if place == int(last[1]))
    check_table(*objects[at], places, before)
    del objects[at]
    fields = check_known(objects, before)
    for field in fields:
        check_signature(pdf, start, end, objects[objects[field][0]["/V"][1]][0], say)
    return end


def check_table(head, stream, places, before):
    """The table leads to the objects of the update and nowhere else."""
    rows = {number: entry for number, entry in entries_of(head, stream).items() if number or entry[0]}
    if {number: (kind, place) for number, (kind, place, _) in rows.items()} != {
        number: (1, place) for number, place in places.items()
    }:
        raise Odd
    if int(head["/Prev"]) != before.start or head["/Root"] != before.head["/Root"] or "/Encrypt" in head:
        raise Odd
    if head.get("/Info") != before.head.get("/Info"):
        raise Odd


def check_known(objects, before):
    """Of the objects that were there before, only those changed that lead to signatures and proofs; the numbers of the new fields."""
    root, info = before.head["/Root"][1], before.head.get("/Info", ("R", -1))[1]
    known, _ = before.object(root)
    fields, proofs = [], known.get("/DSS")
    if root in objects:
        fields = check_root(known, objects[root][0], set(objects) - set(before.table))
    for number, (value, stream) in objects.items():
        if number not in before.table or number == root:
            continue  # new ones are seen only where a known one leads to them
        old, old_stream = before.object(number)
        if number == info:
            same = all(value.get(name) == text for name, text in old.items() if name not in ("/ModDate", "/Producer"))
        elif ("R", number) == known.get("/Metadata"):
            same = words_of(value, stream) == words_of(old, old_stream)
        elif isinstance(old, dict) and old.get("/Type") == "/Page":
            same = without(value, "/Annots") == without(old, "/Annots") and set(
                more(old.get("/Annots", []), value["/Annots"])
            ) <= set(fields)
        else:
            same = ("R", number) == proofs and stream is None
        if not same:
            raise Odd
    if not all(is_unseen(objects[number][0]) for number in fields):
        raise Odd
    return fields


def check_root(old, new, came):
    """Only forms and proofs changed in the catalog; the numbers of the fields that came.

    Proofs stand in an object that came with them: what is a proof may change later, and nothing else may become one.
    """
    if new.get("/DSS") != old.get("/DSS") and ("/DSS" in old or new["/DSS"][1] not in came):
        raise Odd
    if without(new, "/AcroForm", "/DSS", "/Extensions", "/Version") != without(
        old, "/AcroForm", "/DSS", "/Extensions", "/Version"
    ):
        raise Odd
    form, old_form = new["/AcroForm"], old["/AcroForm"]
    if without(form, "/Fields", "/SigFlags") != without(old_form, "/Fields", "/SigFlags"):
        raise Odd
    return more(old_form["/Fields"], form["/Fields"])


def more(old, new):
    """The numbers that a list of references has more, at its end."""
    if new[: len(old)] != old:
        raise Odd
    return [number for _, number in new[len(old) :]]


def without(value, *names):
    return {name: one for name, one in value.items() if name not in names}


def words_of(value, stream):
    """What the metadata say in words: title, author and subject."""
    return re.findall(r"<rdf:li[^>]*>([^<]+)</rdf:li>", unpacked(value, stream).decode())


def is_unseen(field):
    """Whether it is a signature field without a place on the page, and does nothing."""
    names = {"/FT", "/T", "/TU", "/Type", "/Subtype", "/F", "/Rect", "/P", "/V", "/AP", "/Lock"}
    return set(field) <= names and field["/FT"] == "/Sig" and not any(float(side) for side in field["/Rect"])


def check_signature(pdf, start, end, value, say):
    """Check a signature or time stamp over everything before it, which came with this update."""
    begin, first, second, rest = (int(one) for one in value["/ByteRange"])
    if begin != 0 or not start < first < second or pdf[second + rest : end].strip() or second + rest > end:
        raise Odd
    if pdf[first : first + 1] != b"<" or pdf[second - 1 : second] != b">":
        raise Odd
    covered = pdf[:first] + pdf[second : second + rest]
    by, stamp = signer_of(pdf[first + 1 : second - 1], covered, "What a further signature stands for was altered.")
    name = by.subject.rfc4514_string()
    if (stamp is None) != (value.get("/Type") != "/DocTimeStamp"):
        raise Odd
    if stamp is None:
        say(f"Signed further by {name}")
        return
    facts = parts(der(stamp)[1])
    algorithm, imprint = (part[1] for part in parts(facts[2][1]))
    if hashlib.new(DIGESTS[parts(algorithm)[0][1]].name, covered).digest() != imprint:
        raise Wrong("A time stamp is over something else than this file.")
    say(f"Time stamp over everything before it: {facts[4][1].decode()}, by {name}")


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


def check_mirror(folder, key, say, witnesses=()):
    """Check a copy of the register: a folder, or the inside of a ZIP, which is read like one."""
    try:
        note = (folder / "checkpoint").read_text(encoding="utf-8")
    except (OSError, ValueError, KeyError):
        raise CannotTell("The folder holds no checkpoint.") from None
    if not key:
        raise CannotTell("A copy of the register holds no key: give the one that you wrote down, with --key.")
    origin, size, root = read_checkpoint(note, key, witnesses, say)
    if root_of(leaves_in(folder, size)) != root:
        raise Wrong("The entries do not agree with the checkpoint.")
    say(f"Register {origin}: all {size} entries agree with the signed checkpoint.")


def check_tlog_proof(text, leaf, key, say, witnesses=()):
    lines = text.split("\n")
    if not key or leaf is None:
        raise CannotTell("A proof in this form holds neither the entry nor the key: give them with --leaf and --key.")
    gap = lines.index("")
    index = int(lines[1].removeprefix("index "))
    origin, size, root = read_checkpoint("\n".join(lines[gap + 1 :]), key, witnesses, say)
    check_age(index, size)
    if root_from(leaf, index, size, [base64.b64decode(one) for one in lines[2:gap]]) != root:
        raise Wrong(f"Entry {index} does not stand in the register in these words.")
    say(f"Register {origin}: entry {index} of {size} is as it was written.")


def check(path, key=None, certificate=None, leaf=None, say=print, sealed_part=False, witnesses=()):
    """Check whatever lies at this path."""
    if path.is_dir() or zipfile.is_zipfile(path):
        check_mirror(path if path.is_dir() else zipfile.Path(path), key, say, witnesses)
        return
    content = path.read_bytes()
    if b"%PDF-" in content[:1024]:
        sealed = check_seal(content, certificate, say, sealed_part)
        files = enclosed_files(sealed)
        check_enclosed(files, key, say, witnesses)
        check_printed(sealed, files, say)
    elif content.startswith(b"c2sp.org/tlog-proof@v1\n"):
        check_tlog_proof(content.decode(), leaf, key, say, witnesses)
    else:
        try:
            bundle = json.loads(content)
        except ValueError:
            raise CannotTell("This is neither a PDF nor a file of proofs.") from None
        check_bundle(bundle, key, say, witnesses)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--key")
    parser.add_argument("--witness", action="append", default=[], metavar="KEY")
    parser.add_argument("--cert", type=Path)
    parser.add_argument("--leaf", type=Path)
    parser.add_argument("--sealed-part", action="store_true")
    options = parser.parse_args(arguments)
    try:
        certificate = x509.load_pem_x509_certificate(options.cert.read_bytes()) if options.cert else None
        leaf = options.leaf.read_bytes() if options.leaf else None
        check(options.path, options.key, certificate, leaf, sealed_part=options.sealed_part, witnesses=options.witness)
    except Wrong as wrong:
        print(f"WRONG: {wrong}")
        return 1
    except (CannotTell, OSError) as unclear:
        print(f"CANNOT TELL: {unclear}")
        return 2
    except BROKEN as broken:
        print(f"WRONG: the file is damaged ({type(broken).__name__}).")
        return 1
    print("GOOD: everything above holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
