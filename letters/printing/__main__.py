"""`python -m letters.printing`: a payload as JSON comes in, its unsigned PDF goes out. For one document, then the process ends."""

import resource
import sys

import django

SECONDS = 45  # of processor time


def main() -> None:
    """Print what standard input says to standard output; any trouble ends the process with a traceback."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    django.setup()
    from letters.printing.limits import limit_resources
    from letters.printing.payload import Payload  # after the settings
    from letters.printing.render import render

    limit_resources()
    sys.stdout.buffer.write(render(Payload.from_json(sys.stdin.read())))


if __name__ == "__main__":
    main()
