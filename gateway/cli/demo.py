"""gateway demo."""

from pathlib import Path
from typing import Annotated

import typer

from gateway import names
from gateway.cli.ingest import summary_facts
from gateway.cli.serve import stop_signal
from gateway.cli.shown import AsJson, console, print_json, table
from gateway.demo import DemoReport, run_demo
from gateway.model.stages import Fate
from gateway.store.deliveries import DeliverySummary
from gateway.wiring import open_gateway, serving

__all__ = ["demo"]


def demo(
    home: Annotated[Path, typer.Option("--home", help="A new folder; one that the demo made is replaced.")] = Path(
        "demo-home"
    ),
    serve: Annotated[bool, typer.Option("--serve", help="Keep serving afterwards; print a curl line per partner.")] = (
        False
    ),
    as_json: AsJson = False,
) -> None:
    """The whole road on bundled files: deliver, review, publish, pull as each partner, verify; exit 0 if all held.

    Example: gateway demo --home ./demo-home --serve
    """
    out = console()
    report = run_demo(home, on_step=lambda step: None if as_json else out.print(f"{step} …", style="dim"))
    if as_json:
        print_json(_facts(report))
    else:
        _show(report)
    if serve:
        _keep_serving(report)
    if not report.passed:
        raise typer.Exit(1)


def _show(report: DemoReport) -> None:
    out = console()
    out.print("\n1. What became of every row", style="bold")
    table(
        "",
        ("File", ">Rows", *(f">{fate.capitalize()}" for fate in Fate), ">Withdrawn"),
        [_fates(s) for s in report.deliveries],
    )
    out.print("Each row's line and reason: gateway demo --json")
    out.print("\n2. Reviews (the demo signs as both analysts, each with a key of their own)", style="bold")
    rows = [
        (operator, given.record_id, given.fate, f"{given.missing} more needed" if given.missing else given.reason)
        for operator, given in report.reviews
    ]
    table("", ("Operator", "Record", "Fate", ""), rows)
    out.print("\n3. What each partner pulled and verified", style="bold")
    table(
        "",
        ("Partner", ">Records", ">Objects", ">Signatures verified", ">NIEM documents", ">Fields withheld"),
        [(p.name, p.records, p.objects, p.signatures, p.niem_documents, p.withheld_fields) for p in report.partners],
    )
    table(
        "Records withheld, by the clause that refused",
        ("Partner", "Clause", ">Records"),
        [(p.name, clause, count) for p in report.partners for clause, count in sorted(p.refused.items())],
    )
    out.print("\n4. Seconds per stage", style="bold")
    table("", ("Stage", ">Seconds"), [(stage, f"{seconds:.3f}") for stage, seconds in report.seconds.items()])
    out.print("\n5. Checks", style="bold")
    table("", ("", "Check"), [("✓" if c.holds else "✗", c.says) for c in report.checks])
    out.print(f"\nFiles: {report.home} (store, certificates), {report.home / 'pulled'} (what each partner pulled)")
    verdict, color = ("Every check held.", "green") if report.passed else ("A check does not hold.", "red")
    out.print(verdict, style=f"bold {color}")


def _fates(summary: DeliverySummary) -> tuple[object, ...]:
    return summary.file_name, summary.rows, *(summary.fates.get(fate, "") for fate in Fate), (summary.withdrawn or "")


def _keep_serving(report: DemoReport) -> None:
    out = console()
    stopped = stop_signal()
    gateway = open_gateway(report.home)
    try:
        with serving(gateway) as url:
            ca_file = report.home / names.CERTS_FOLDER / "ca" / "root.crt"
            out.print(f"\nServing on {url}; stop with Ctrl-C.")
            for partner in report.partners:
                out.print(
                    f"curl --cacert {ca_file} -u {partner.partner}:{partner.credential} "
                    f"-H 'Accept: {names.TAXII_MEDIA_TYPE}' {url}{names.API_ROOT_PATH}collections/",
                    soft_wrap=True,
                )
            stopped.wait()
    finally:
        gateway.close()


def _facts(report: DemoReport) -> dict[str, object]:
    return {
        "home": str(report.home),
        "deliveries": [summary_facts(summary) for summary in report.deliveries],
        "reviews": [
            {"operator": operator, "record": given.record_id, "fate": str(given.fate), "missing": given.missing}
            for operator, given in report.reviews
        ],
        "partners": [
            {
                "partner": p.partner,
                "collections": p.collections,
                "records": p.records,
                "objects": p.objects,
                "signatures": p.signatures,
                "niem_documents": p.niem_documents,
                "refused": p.refused,
                "withheld_fields": p.withheld_fields,
            }
            for p in report.partners
        ],
        "seconds": report.seconds,
        "checks": [{"check": check.says, "holds": check.holds} for check in report.checks],
        "passed": report.passed,
    }
