"""Runs a function in a child process that may take little memory and processor time."""

import os
import pickle
import resource
import signal
import warnings
from collections.abc import Callable
from typing import Any

MEGABYTES = 1024
"""Most memory that the child may have, address space included; a compiled schema folder and its libraries need 300."""
SECONDS = 20
"""Most processor time that the child may take. What is refused takes a fraction of a second."""


def limited(work: Callable[..., Any], *arguments: Any, megabytes: int = MEGABYTES, seconds: int = SECONDS) -> Any:
    """What `work` returns, from a fork of this process. Fails where the child hits a limit or raises."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the runner's own threads do nothing in the child
        child = os.fork()
    if child == 0:
        os.close(reading)
        _run(writing, work, arguments, megabytes, seconds)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        answer = answers.read()
    _, status, usage = os.wait4(child, 0)
    spent = f"{usage.ru_utime + usage.ru_stime:.1f} s, {usage.ru_maxrss // 1024} MB"
    if os.WIFSIGNALED(status):
        raise AssertionError(f"the child ended by {signal.Signals(os.WTERMSIG(status)).name} after {spent}")
    assert answer, f"the child said nothing after {spent}"
    outcome = pickle.loads(answer)
    if isinstance(outcome, BaseException):
        raise AssertionError(f"the child failed after {spent}") from outcome  # noqa: TRY004 a failure, whatever the type
    return outcome


def _run(writing: int, work: Callable[..., Any], arguments: tuple[Any, ...], megabytes: int, seconds: int) -> None:
    """In the child: nothing that the test runner registered may run, so it ends without a farewell."""
    try:
        used = _address_space()
        resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 2**20,) * 2)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        allowed = int(spent.ru_utime + spent.ru_stime) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, allowed + 5))
        answer: Any = work(*arguments)
    except BaseException as error:
        answer = error
    try:
        os.write(writing, pickle.dumps(answer))
    finally:
        os._exit(0)


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as pages:
        return int(pages.read().split()[0]) * resource.getpagesize()
