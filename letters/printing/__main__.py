"""`python -m letters.printing`: a payload as JSON comes in, its unsigned PDF goes out; with `labels`, a sheet of address labels, with
`covers`, cover letters.

For one document, then the process ends.
"""

import resource
import sys

from letters.printing.alone import set_up_without_tables

SECONDS = 45  # of processor time


def main() -> None:
    """Print what standard input says to standard output; any trouble ends the process with a traceback."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    set_up_without_tables()
    from letters.printing.covers import render_covers
    from letters.printing.labels import render_labels
    from letters.printing.limits import limit_resources
    from letters.printing.payload import CoverLetters, LabelSheet, Payload  # after the settings
    from letters.printing.render import render

    limit_resources()
    asked = sys.stdin.read()
    if sys.argv[1:] == ["labels"]:
        sys.stdout.buffer.write(render_labels(LabelSheet.from_json(asked)))
    elif sys.argv[1:] == ["covers"]:
        sys.stdout.buffer.write(render_covers(CoverLetters.from_json(asked)))
    else:
        sys.stdout.buffer.write(render(Payload.from_json(asked)))


if __name__ == "__main__":
    main()
