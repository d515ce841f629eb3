"""How fast signatures are confirmed: HTTP POST of the mailed code, different organizations on one letter."""

import re
import urllib.request
from statistics import median
from typing import Any

from bench import load, runs
from bench.data import CODE
from bench.measure import Figure, interleaved

SECONDS = 2
ROUNDS = 5
OF_THE_BARE_VIEW = 0.5
LONGEST_P95 = 150.0  # milliseconds

POSTS = """
local tokens, cookie, next_one = {{{tokens}}}, "{cookie}", 0
used = 0
request = function()
  used = used + 1
  if used > #tokens then error("no signatures left") end
  return wrk.format("POST", "/en/signing/" .. tokens[used] .. "/",
    {{["Cookie"] = "csrftoken=" .. cookie, ["Content-Type"] = "application/x-www-form-urlencoded"}},
    "csrfmiddlewaretoken=" .. cookie .. "&code={code}")
end
threads = {{}}
setup = function(thread) table.insert(threads, thread) end
"""


def measure(env: dict[str, str], tokens: dict[str, list[str]], *, rounds: int = ROUNDS) -> list[Figure]:
    """Confirmations a second against a bare view with the same writes, and what was written against what was answered."""
    with (
        runs.gunicorn("campaign.wsgi", env) as site,
        runs.gunicorn("bench.reference.wsgi", env) as bare,
    ):
        sides = {"site": _Side(site, tokens["site"]), "bare": _Side(bare, tokens["bare"])}
        for side in sides.values():
            side.post(1)
        taken = interleaved(rounds, {name: (lambda side=side: side.post(SECONDS)) for name, side in sides.items()})
    written = runs.program("bench.signing", env=env)
    for name, side in sides.items():
        if not side.answered <= written[name] <= side.used:
            raise load.LoadFailed(f"{name}: {side.answered} answers, {written[name]} signatures, {side.used} requests")
    p95 = {name: median(one.p95 for one in loads) for name, loads in taken.items()}
    return [
        Figure(
            "Signing, PostgreSQL, synchronous_commit=on",
            f"confirmations, {load.CONNECTIONS} clients",
            "signatures/s",
            tuple(one.rate for one in taken["site"]),
            "bare view, same writes",
            tuple(one.rate for one in taken["bare"]),
            OF_THE_BARE_VIEW,
            f"p95 {p95['site']:.0f} ms (at most {LONGEST_P95:.0f}: {'yes' if p95['site'] < LONGEST_P95 else 'NO'}; "
            f"bare {p95['bare']:.0f} ms)",
            p95["site"] < LONGEST_P95,
        )
    ]


class _Side:
    """One of the two servers, its started signatures and how far they are used up."""

    def __init__(self, address: str, tokens: list[str]) -> None:
        self.address, self.tokens, self.used, self.answered = address, tokens, 0, 0

    def post(self, seconds: int) -> load.Load:
        """Post codes for some seconds; a code is never posted twice."""
        left = self.tokens[self.used :]
        script = POSTS.format(tokens=", ".join(f'"{one}"' for one in left), cookie=self._cookie(left[0]), code=CODE)
        taken = load.wrk(self.address, seconds=seconds, script=script + load.SUMMARY)
        self.used += taken.used
        self.answered += taken.requests
        return taken

    def _cookie(self, token: str) -> str:
        with urllib.request.urlopen(f"{self.address}/en/signing/{token}/", timeout=30) as answer:
            found = re.search(r"csrftoken=(\w+)", answer.headers["Set-Cookie"])
        assert found is not None
        return found[1]


def main() -> None:
    """Print how many signatures of each side are confirmed with everything that belongs to them."""
    import json

    import django

    django.setup()
    from signatories.models import Signature

    def whole(prefix: str) -> int:
        confirmed: Any = Signature.objects.filter(state="confirmed", organization__slug__startswith=f"{prefix}-")
        return confirmed.filter(person__emailaddress__verified=True, mandate__evidence__kind="domain_mail").count()

    print(json.dumps({side: whole(side) for side in ("site", "bare")}))


if __name__ == "__main__":
    main()
