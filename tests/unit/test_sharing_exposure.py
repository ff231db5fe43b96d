"""What an agreement lets in: the sensitive facts of its feeds that nothing excludes."""

import json

from typer.testing import CliRunner

from gateway.cli.application import application
from gateway.model.codes import Sensitivity
from gateway.model.kinds import Kind
from gateway.sharing.exposure import Exposure, FeedFacts, exposures
from gateway.wiring import Gateway

JUVENILE, VICTIM, INFORMANT, SEALED = (
    Sensitivity.JUVENILE,
    Sensitivity.VICTIM,
    Sensitivity.INFORMANT,
    Sensitivity.SEALED,
)


def test_what_nothing_excludes_is_told_and_the_rest_is_not(gateway: Gateway) -> None:
    feeds = [
        FeedFacts("calls", Kind.INCIDENT, ()),
        FeedFacts("crimes", Kind.INCIDENT, (VICTIM, INFORMANT, SEALED)),
        FeedFacts("reports", Kind.SUSPICIOUS_ACTIVITY, (JUVENILE,)),
        FeedFacts("tips", Kind.TIP, (JUVENILE,)),
        FeedFacts("unsaid", Kind.INCIDENT, None),
    ]
    assert exposures(gateway.register.agreements.values(), feeds) == (
        Exposure("valley-incidents", "crimes", (VICTIM,)),
        Exposure("valley-incidents", "reports", (JUVENILE,)),
        Exposure("valley-incidents", "unsaid", None),
    )


def test_the_command_tells_it(gateway: Gateway) -> None:
    told = CliRunner().invoke(application, ["agreement", "check", "--home", str(gateway.home), "--json"])
    assert told.exit_code == 0
    assert {"agreement": "valley-incidents", "feed": "nibrs-flat", "facts": ["juvenile", "victim"]} in json.loads(
        told.output
    )
    shown = CliRunner().invoke(application, ["agreement", "check", "--home", str(gateway.home)])
    assert "nibrs-flat" in shown.output
    assert "all hold together" in shown.output
