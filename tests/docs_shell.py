"""Runs the commands of a documentation page as its reader would, in a shell of their own, in order.

A fence ```` ```console ```` holds commands after `$ ` and what they print. In an expected line `…` stands for anything;
on a line of its own it stands for any lines. A comment `# exit 1` at the end of a command is its expected exit code. A
fence with a file name, such as ```` ```yaml center/partners/x.yaml ````, is a file that the reader writes. A fence
`console not-run` is for the reader alone: what it holds is checked by name only.

Starting the program takes a second, mostly to load it. So `gateway` on the shell's path asks one process, which has it
loaded already, to fork.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTED_PORT = "8443"
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"#\s*exit (\d+)\s*$")
_MARK = "@@done"


@dataclass(frozen=True)
class Command:
    """One command, with what the page says of it."""

    text: str
    exit_code: int
    prints: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """A file that the page asks its reader to write."""

    path: str
    content: str


Step = Command | File


def steps(page: str) -> tuple[Step, ...]:
    """What a reader does who follows the page from its top."""
    found: list[Step] = []
    for language, rest, body in _FENCE.findall(page):
        if language == "console" and not rest.strip():
            found += commands(body)
        elif language != "console" and rest.strip():
            found.append(File(rest.strip(), body))
    return tuple(found)


def all_commands(page: str) -> tuple[Command, ...]:
    """Every command of the page's console fences, also of those that no test runs."""
    return tuple(c for language, _, body in _FENCE.findall(page) if language == "console" for c in commands(body))


def commands(body: str) -> tuple[Command, ...]:
    """The commands of one console fence."""
    blocks = re.split(r"^\$ ", body.replace("\\\n", " "), flags=re.MULTILINE)[1:]
    found = []
    for block in blocks:
        text, *prints = block.rstrip().splitlines()
        code = _EXIT.search(text)
        found.append(
            Command(text, int(code[1]) if code else 0, tuple(line for line in prints if line.strip() not in ("", "…")))
        )
    return tuple(found)


def matches(expected: str, line: str) -> bool:
    """Whether a printed line is the expected one, `…` standing for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.rstrip().split("…"))
    return re.fullmatch(pattern, line.rstrip()) is not None


def unmet(command: Command, printed: str, code: int) -> list[str]:
    """What the page says of the command and is not so."""
    faults = [] if code == command.exit_code else [f"exit {code}, the page says {command.exit_code}"]
    lines = iter(printed.splitlines())
    faults += [f"not printed: {want}" for want in command.prints if not any(matches(want, line) for line in lines)]
    return [f"$ {command.text}\n{printed[-1500:]}\n  " + "\n  ".join(faults)] if faults else []


def _script(path: Path, arguments: str) -> None:
    """A command that runs Python; by way of a shell, since a `#!` line cannot name a path with a blank in it."""
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


@contextmanager
def program(folder: Path) -> Iterator[Path]:
    """A folder for the path of a shell: its `gateway` is this checkout's, started quickly."""
    folder.mkdir()
    address = folder / "socket"
    _script(folder / "gateway", f"-SE {shlex.quote(str(folder / 'ask.py'))}")
    (folder / "ask.py").write_text(_ASK.format(address=str(address)), encoding="utf-8")
    if shutil.which("curl") is None:  # a bare machine; it fetches what the pages fetch, in the one way they write it
        _script(folder / "curl", shlex.quote(str(folder / "fetch.py")))
        (folder / "fetch.py").write_text(_FETCH, encoding="utf-8")
    server = subprocess.Popen([sys.executable, "-X", "utf8", __file__, str(address)])
    try:
        deadline = time.monotonic() + 60
        while not address.exists():
            assert server.poll() is None, "the program did not load"
            assert time.monotonic() < deadline, "the program did not load in time"
            time.sleep(0.05)
        yield folder
    finally:
        server.terminate()
        server.wait(10)


def run(page: str, *, folder: Path, path: Path) -> list[str]:
    """Follow the page in a folder; everything in which page and program differ."""
    port = _free_port()
    shutil.copytree(ROOT / "mappings", folder / "mappings")
    done: list[Command] = []
    script = ["exec 2>&1"]
    for step in steps(page.replace(DOCUMENTED_PORT, port)):
        if isinstance(step, File):
            script += [f"mkdir -p $(dirname {step.path})", f"cat > {step.path} <<'END_OF_FILE'"]
            script.append(f"{step.content}END_OF_FILE")
            continue
        done.append(step)
        script += [step.text, f"printf '\\n{_MARK} %d\\n' $?"]
        if _EXIT.sub("", step.text).rstrip().endswith("&"):  # what a reader does: wait until it says that it serves
            script.append(
                f"for _ in $(seq 200); do (: < /dev/tcp/127.0.0.1/{port}) 2>/dev/null && break; sleep 0.1; done"
            )
    environment = {
        "PATH": f"{path}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "GATEWAY_LISTEN_PORT": port,
    }
    finished = subprocess.run(
        ["bash", "-c", "\n".join([*script, "kill $(jobs -p) 2>/dev/null; wait; true"])],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    parts = re.split(rf"\n{_MARK} (\d+)\n", finished.stdout)
    outcomes = list(zip(parts[0::2], map(int, parts[1::2]), strict=False))
    assert len(outcomes) == len(done), finished.stdout
    return [fault for command, outcome in zip(done, outcomes, strict=True) for fault in unmet(command, *outcome)]


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


_ASK = """
import os, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect({address!r})
facts = repr((sys.argv[1:], os.getcwd(), dict(os.environ))).encode()
socket.send_fds(connection, [len(facts).to_bytes(4, "big")], [0, 1, 2])
connection.sendall(facts)
sys.exit(int(connection.recv(8) or b"70"))
"""
"""The quick `gateway`: hands its arguments, folder, environment and streams over, and waits for the exit code."""


_FETCH = """
import argparse, ssl, sys, urllib.request
parser = argparse.ArgumentParser()
parser.add_argument("-s", action="store_true")
parser.add_argument("--cacert")
parser.add_argument("-o", default="/dev/stdout")
parser.add_argument("url")
asked = parser.parse_args()
context = ssl.create_default_context(cafile=asked.cacert)
open(asked.o, "wb").write(urllib.request.urlopen(asked.url, context=context).read())
"""


def serve_forks(address: str) -> None:
    """Load the program once; then run it in a fork for everyone who asks."""
    import ast
    import signal
    import threading

    import gateway.cli  # loaded here, in the process that forks, and not in the tests

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{address}.new")
    listener.listen()
    Path(f"{address}.new").rename(address)
    while True:
        connection, _ = listener.accept()
        head, descriptors, _, _ = socket.recv_fds(connection, 4, 3)
        if os.fork():
            connection.close()
            for descriptor in descriptors:
                os.close(descriptor)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        facts = b""
        while len(facts) < int.from_bytes(head, "big"):
            facts += connection.recv(1 << 16)
        arguments, folder, environment = ast.literal_eval(facts.decode())
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["gateway", *arguments]
        threading.Thread(target=lambda c: (c.recv(1), os._exit(0)), args=(connection,), daemon=True).start()
        code = 0
        try:
            gateway.cli.main()
        except SystemExit as ending:
            code = ending.code if isinstance(ending.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(str(code).encode())
        os._exit(0)


if __name__ == "__main__":
    serve_forks(sys.argv[1])
