"""The log: one JSON line for each thing done, on standard error; ids, codes and counts, never a name or a plate."""

import logging
import sys
from typing import Any, TextIO

import structlog

__all__ = ["Log", "make_log"]

Log = Any
"""A structlog logger: `log.info("event", key=value)`. structlog types its filtering loggers as Any."""


def make_log(level: str, stream: TextIO | None = None) -> Log:
    """A logger that writes lines of `level` (debug, info, warning, error) and above; nothing global is configured."""
    return structlog.wrap_logger(
        structlog.PrintLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
