"""gateway agreement."""

from typing import Annotated

import typer

from gateway.cli.shown import AsJson, Home, console, group, opened, print_json, table
from gateway.errors import BadSetting, NotHeld
from gateway.sharing.decide import Verdict
from gateway.sharing.exposure import FeedFacts, exposures
from gateway.sharing.views import Explanation, explain

__all__ = ["commands"]

commands = group("Who may see what, and by which clause.")


@commands.command("list")
def list_(home: Home = None, as_json: AsJson = False) -> None:
    """The agreements in the home.

    Example: gateway agreement list
    """
    with opened(home) as gateway:
        agreements = [a for _, a in sorted(gateway.register.agreements.items())]
    if as_json:
        print_json([a.model_dump(mode="json") for a in agreements])
        return
    rows = [
        (
            a.agreement,
            a.version,
            ", ".join(a.recipients),
            ", ".join(a.kinds),
            a.projection,
            f"{a.effective} to {a.expires}",
        )
        for a in agreements
    ]
    table("Agreements", ("Agreement", "Version", "Recipients", "Kinds", "Projection", "Term"), rows)


@commands.command()
def check(home: Home = None, as_json: AsJson = False) -> None:
    """Read every partner, operator and agreement; the first fault is an error that names its place.

    Then it lists the sensitive facts that each agreement lets in: what the feeds of its kinds can carry, and it does
    not exclude. Whether it should is for the privacy officer to say.

    Example: gateway agreement check
    """
    with opened(home) as gateway:
        register = gateway.register
        feeds = [FeedFacts(m.feed, kind, m.document.carries) for m in gateway.mappings.values() for kind in m.kinds]
    let_in = exposures(register.agreements.values(), feeds)
    if as_json:
        print_json([one._asdict() for one in let_in])
        return
    rows = [(e.agreement, e.feed, "not declared" if e.facts is None else ", ".join(e.facts)) for e in let_in]
    table("Sensitive facts that agreements let in", ("Agreement", "Feed", "Can hold"), rows, empty="None.")
    console().print(
        f"{len(register.partners)} partners, {len(register.operators)} operators, "
        f"{len(register.agreements)} agreements: all hold together."
    )


@commands.command("explain")
def explain_(
    record: Annotated[str, typer.Argument(help="The record's id.")],
    partner: Annotated[str, typer.Argument(help="The partner's name.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Why a partner does or does not receive a record: every clause, and what a permit shows.

    Example: gateway agreement explain record--… harbor-power
    """
    with opened(home) as gateway:
        if partner not in gateway.register.partners:
            raise BadSetting(
                f"there is no partner '{partner}'", remedy=f"Known: {', '.join(gateway.register.partners)}"
            )
        held = gateway.stores.records.get(record)
        if held.state == "withdrawn":
            raise NotHeld(
                "the record was withdrawn: no partner receives it any more, and those who did were sent its revocation",
                where=record,
                remedy="See gateway record show, with --received-by for who had it",
            )
        explanations = explain(held.cleared(), partner, gateway.register, gateway.ids, at=gateway.clock())
    if as_json:
        print_json([_facts(e) for e in explanations])
        return
    if not explanations:
        console().print(f"No agreement names {partner}: it receives nothing.")
    for e in explanations:
        permitted = e.decision.verdict is Verdict.PERMIT
        rows = [("✓" if r.holds else "✗", r.clause, r.wants, r.found, r.cite) for r in e.decision.reasons]
        verdict = f"receives {e.projection}" if permitted else "does not receive it"
        table(f"{e.decision.agreement}: {partner} {verdict}", ("", "Clause", "Wants", "Found", "Source"), rows)
        if e.view is not None and e.view.withheld:
            console().print(f"Withheld by the projection: {', '.join(e.view.withheld)}")


def _facts(e: Explanation) -> dict[str, object]:
    return {
        "agreement": e.decision.agreement,
        "partner": e.decision.partner,
        "verdict": e.decision.verdict.value,
        "projection": e.projection,
        "reasons": [r._asdict() for r in e.decision.reasons],
        "withheld": e.view.withheld if e.view else (),
        "collections": e.view.collections if e.view else (),
    }
