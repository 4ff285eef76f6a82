"""Memory of the web process and the worker at rest, with the demonstration, and seconds until they serve.

    python -m benchmarks.at_rest [--instance instance] [--limit 400]

What `make run` starts is started on a free port with an instance that exists already: the web process and the worker
that it makes. Memory is the proportional set size of Linux (`smaps_rollup`): a page that both hold counts once. The
program fails above the limit.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

from app.demo.build import PASSWORD
from config import ROOT
from tools.serve import SERVE

ADVISER = "conseiller@exemple.fr"
REST = 70.0
"""Seconds without a request, long enough for the worker's tasks of each minute to have run."""
PATIENCE = 180.0
"""Seconds before a start counts as failed, on a busy machine."""


@dataclass(frozen=True, slots=True)
class AtRest:
    """Seconds until a page is answered, and until `/readyz` says yes; megabytes before and after a page of triples.

    Processor seconds are those of the web process: on a busy machine the others tell little.
    """

    open_seconds: float
    open_processor: float
    ready_seconds: float
    ready_processor: float
    page_seconds: float
    web_before: float
    web: float
    worker: float

    @property
    def together(self) -> float:
        return self.web + self.worker


def run(instance: Path) -> AtRest:
    """Start both, read one page of triples, let them rest, measure, stop them.

    Raises:
        RuntimeError: they do not become ready.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environ = {
        **os.environ,
        "TREFLE_ENV": "development",
        "INSTANCE_PATH": str(instance.resolve()),
        "PORT": str(port),
        "TREFLE_BASE_URL": address,
    }
    start = time.monotonic()
    with _portal(environ) as web:
        _wait(f"{address}/compte/connexion")
        opened = (time.monotonic() - start, processor_seconds(web.pid))
        _wait(f"{address}/readyz")
        ready = (time.monotonic() - start, processor_seconds(web.pid))
        before = megabytes(web.pid)
        page = _read_triples(address)
        time.sleep(REST)
        return AtRest(
            *opened, *ready, page, before, megabytes(web.pid), megabytes(_worker(web.pid))
        )


def _worker(web_id: int) -> int:
    """The one child of the web process."""
    children = Path(f"/proc/{web_id}/task/{web_id}/children").read_text(encoding="ascii")
    return int(children)


def processor_seconds(process_id: int) -> float:
    """What a process has used of the processor since it started."""
    words = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(process_id: int) -> float:
    """Proportional set size of a process."""
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", lines, re.MULTILINE)
    return int(found.group(1)) / 1024 if found else 0.0


@contextmanager
def _portal(environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(SERVE, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=30):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"{address} did not answer within {PATIENCE:.0f} s")


def _read_triples(address: str) -> float:
    """Sign in as the demonstration's adviser and open the first youth that is ready; seconds of that page."""
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    door = _text(opener, f"{address}/compte/connexion")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', door)
    form = {
        "email": ADVISER,
        "password": PASSWORD,
        "csrf_token": token.group(1) if token else "",
    }
    _text(opener, f"{address}/compte/connexion", urlencode(form).encode())
    home = _text(opener, f"{address}/")
    path = re.search(r"/jeunes/\d+/propositions", home)
    if path is None:
        raise RuntimeError("the demonstration's adviser has no youth who is ready")
    start = time.monotonic()
    _text(opener, address + path.group(0))
    return time.monotonic() - start


def _text(opener: OpenerDirector, address: str, data: bytes | None = None) -> str:

    with opener.open(address, data, timeout=60) as answer:
        return str(answer.read().decode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> int:
    """Print the figures; 1 above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instance", type=Path, default=ROOT / "instance")
    parser.add_argument("--limit", type=float, default=400.0)
    arguments = parser.parse_args()
    found = run(arguments.instance)
    print(
        f"a page in {found.open_seconds:.1f} s ({found.open_processor:.1f} s of processor),"
        f" ready in {found.ready_seconds:.1f} s ({found.ready_processor:.1f}),"
        f" first page of triples in {found.page_seconds:.2f} s\n"
        f"web {found.web_before:.0f} MB, {found.web:.0f} MB after the page; worker {found.worker:.0f} MB;"
        f" together {found.together:.0f} MB (limit {arguments.limit:.0f})"
    )
    return int(found.together > arguments.limit)


if __name__ == "__main__":
    sys.exit(main())
