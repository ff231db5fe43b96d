"""What the check of a package found, as values."""

import enum

from msgspec import Struct

from gateway.niem.rules import Severity

__all__ = ["CheckResult", "Fault", "PackageReport", "Verdict"]


class Verdict(enum.StrEnum):
    """How a check ended. One that was not reached says nothing: something it needs does not hold."""

    HOLDS = "holds"
    WARNED = "holds, with warnings"
    BROKEN = "broken"
    NOT_REACHED = "not reached"


class Fault(Struct, frozen=True, kw_only=True):
    """One fault of a package: in which file, at which line (1-based, 0 when unknown), what, and by which rule."""

    problem: str
    file: str = ""
    line: int = 0
    rule: str = ""
    severity: str = Severity.ERROR

    def sentence(self) -> str:
        """`xsd/exchange/exchange.xsd, line 12: … [NDR 9-20]`"""
        place = ", ".join(filter(None, (self.file, f"line {self.line}" if self.line else "")))
        rule = f" [{self.rule}]" if self.rule else ""
        return f"{place}: {self.problem}{rule}".removeprefix(": ")


class CheckResult(Struct, frozen=True, kw_only=True):
    """One check of the report: what it asks, how it ended, what it found, and what it looked at."""

    id: str
    says: str
    verdict: Verdict
    faults: tuple[Fault, ...] = ()
    looked_at: str = ""


class PackageReport(Struct, frozen=True, kw_only=True):
    """The whole report on a package. Digest: SHA-256 of the archive in hexadecimal."""

    package: str
    sha256: str
    name: str
    version: str
    uri: str
    holds: bool
    checks: tuple[CheckResult, ...]
