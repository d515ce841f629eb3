"""Load from `wrk`: one thread, sixteen connections, gzip asked for as every browser does."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 16

SUMMARY = """
done = function(summary, latency, requests)
  local threads_used = 0
  for _, one in ipairs(threads or {}) do threads_used = tonumber(one:get("used") or 0) end
  local e = summary.errors
  io.write(string.format(
    '\\nSUMMARY {"requests": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f, "errors": %d, "used": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, e.connect + e.read + e.write + e.status + e.timeout, threads_used))
end
"""
READING = 'wrk.headers["Accept-Encoding"] = "gzip"\n' + SUMMARY


class LoadFailed(Exception):
    """Something else than the expected answer came back."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk found; times in milliseconds.

    :param used: how many requests the script has made, answered or not.
    """

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    errors: int
    used: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def wrk(url: str, *, seconds: int, script: str = READING) -> Load:
    """Ask for the address as fast as it answers.

    :raises LoadFailed: an answer was an error.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        Path(lua.name).write_text(script, encoding="utf-8")
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", lua.name, url]
        printed = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
    load = Load(**json.loads(printed.rpartition("SUMMARY ")[2]))
    if load.errors:
        raise LoadFailed(f"{url}: {printed}")
    return load
