"""A banner column, and the handling's own columns, on the way into a record."""

from typing import Any

import pytest
from mapping_builders import codes, mapped, mapping_of, rejected

from gateway.errors import ConfigurationError
from gateway.model.codes import Caveat
from gateway.model.cui import Cui, Dissemination, SupplementalMarking
from gateway.model.handling import Handling

BANNER = {"handling.banner": "B"}


def handling(banner: str, fields: dict[str, Any] | None = None, **feed: Any) -> Handling:
    mapping = mapping_of(BANNER | (fields or {}), handling={"tlp": "amber"} | feed)
    return mapped(mapping, B=banner, C="LEI", D="NOFORN").handling


def test_a_banner_fills_the_handling() -> None:
    found = handling("CUI//SP-CHRI/LEI//REL TO USA, CAN/NOCON//LES")
    assert found.cui == (Cui.SP_CHRI, Cui.LEI)
    assert found.dissemination == (Dissemination.NOCON, Dissemination.REL_TO)
    assert found.release_to == ("USA", "CAN")
    assert found.caveats == (Caveat.LES,)


def test_an_empty_cell_leaves_what_holds_for_the_feed() -> None:
    assert handling("", cui=["LEI"]) == Handling(tlp="amber", cui=(Cui.LEI,))  # type: ignore[arg-type]


def test_a_banner_never_takes_a_marking_away() -> None:
    found = handling("UNCLASSIFIED//FOUO", cui=["INV"], dissemination=["NOFORN"], caveats=["LES"])
    assert (found.cui, found.dissemination) == ((Cui.INV,), (Dissemination.NOFORN,))
    assert found.caveats == (Caveat.LES, Caveat.FOUO)


def test_a_banner_adds_to_a_column_of_the_row() -> None:
    found = handling("CUI//INV//FEDCON", {"handling.cui": "C", "handling.dissemination": "D"}, cui=["JUV"])
    assert found.cui == (Cui.INV, Cui.LEI)
    assert found.dissemination == (Dissemination.FEDCON, Dissemination.NOFORN)


def test_countries_of_a_banner_stand_in_place_of_the_feeds() -> None:
    found = handling("CUI//LEI//REL TO USA, GBR", cui=["LEI"], release_to=["USA", "CAN"])
    assert found.release_to == ("USA", "GBR")


@pytest.mark.parametrize("banner", ["CUI//LEX", "SECRET", "CUI//REL TO CAN", "for your eyes"])
def test_a_banner_that_does_not_read_keeps_the_row_out_and_is_not_repeated(banner: str) -> None:
    problems = rejected(mapping_of(BANNER), B=banner)
    assert codes(problems) == [("bad-marking", "B")]
    assert banner not in str(problems)


def test_countries_that_cannot_stand_keep_the_row_out() -> None:
    mapping = mapping_of({"handling.release_to": {"from": "R", "split": ","}, "handling.designating_entity": "E"})
    assert mapped(mapping, R="USA,CAN", E="Example Bureau").handling.designating_entity == "Example Bureau"
    assert [(p.code, p.target) for p in rejected(mapping, R="CAN")] == [("bad-marking", "handling")]


def test_a_feed_may_say_all_of_it() -> None:
    mapping = mapping_of(
        handling={
            "tlp": "amber",
            "cui": ["LEI", "PCII"],
            "dissemination": ["DL ONLY"],
            "display_to": ["CAN"],
            "dissemination_list": ["Sample County Sheriff"],
            "designating_entity": "Example Bureau",
            "decontrol_date": "2031-05-06",
            "supplemental_markings": ["DRAFT"],
        }
    )
    found = mapped(mapping).handling
    assert found.banner == "CUI//SP-PCII/LEI//DISPLAY ONLY CAN/DL ONLY"
    assert str(found.decontrol_date) == "2031-05-06"
    assert found.supplemental_markings == (SupplementalMarking.DRAFT,)


@pytest.mark.parametrize(
    "feed", [{"release_to": ["CAN"]}, {"display_to": ["XYZ"]}, {"decontrol_date": "next year"}], ids=str
)
def test_a_feed_whose_markings_cannot_stand_does_not_load(feed: dict[str, Any]) -> None:
    with pytest.raises((ConfigurationError, ValueError)):
        mapping_of(handling={"tlp": "amber"} | feed)


def test_an_older_spelling_in_a_column_is_read() -> None:
    assert mapped(mapping_of({"handling.cui": "C"}), C="PCII").handling.cui == (Cui.SP_PCII,)
