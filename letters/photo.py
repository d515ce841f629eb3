"""The QR code on a photograph of a printed letter. `python -m letters.photo`: a photograph comes in, the texts of its QR codes go out.

A photograph is a foreign file, so a process of its own reads it, which ends with it.
"""

import io
import json
import logging
import resource
import subprocess
import sys

from letters.printing.alone import last_words, run_alone

SECONDS = 10  # of processor time
ADDRESS_SPACE = 1_000_000_000  # bytes
LONGEST_SIDE = 2_400  # pixels; a larger photograph is made smaller first
MOST_PIXELS = 80_000_000
logger = logging.getLogger(__name__)


def codes_on(photo: bytes) -> list[str]:
    """The texts of the QR codes on a photograph (JPEG, PNG or WebP); none on one that cannot be read, or takes too much."""
    try:
        done = run_alone("letters.photo", content=photo, seconds=2 * SECONDS)
    except subprocess.TimeoutExpired:
        logger.warning("A photograph was not read in %d seconds", 2 * SECONDS)
        return []
    if done.returncode:
        logger.info("A photograph was not read, exit code %d: %s", done.returncode, last_words(done))
        return []
    texts: list[str] = json.loads(done.stdout)
    return texts


def main() -> None:
    """Read what standard input says; any trouble ends the process with a traceback."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    import zxingcpp
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice as many
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG", "WEBP")) as picture:
        picture.draft("L", (LONGEST_SIDE, LONGEST_SIDE))
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        grey = picture.convert("L")
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    sys.stdout.write(json.dumps([one.text for one in found]))


if __name__ == "__main__":
    main()
