"""Banner lines and portion marks (32 CFR 2002.20; CUI marking handbook), and the vocabulary against NIEM 6.0."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from gateway.errors import BadMarking
from gateway.model.banner import Banner, read_banner, write_banner, write_portion
from gateway.model.codes import Caveat, Tlp
from gateway.model.countries import COUNTRIES
from gateway.model.cui import PORTION_CONTROLS, Cui, Dissemination, SupplementalMarking
from gateway.model.handling import Handling

XSD = Path(__file__).resolve().parents[2] / "xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"


def listed(document: str, type_name: str) -> set[str]:
    root = etree.parse(XSD / document)
    found = root.find(f"{XS}simpleType[@name='{type_name}']")
    assert found is not None
    return {one.get("value") for one in found.iter(f"{XS}enumeration")}


def test_the_vocabulary_is_the_one_of_niem() -> None:
    specified = listed("auxiliary/cui.xsd", "SpecifiedCategoryMarkingCodeSimpleType")
    basic = listed("auxiliary/cui.xsd", "BasicCategoryMarkingCodeSimpleType")
    assert (len(specified), len(basic)) == (57, 84)
    assert {one.value for one in Cui} == specified | basic | {"CUI"}
    assert {one.value for one in Cui if one.is_specified} == specified
    assert {one.value for one in Dissemination} == listed("auxiliary/cui.xsd", "DocumentMarkingLDCCodeSimpleType")
    assert {one.value for one in SupplementalMarking} == listed(
        "auxiliary/cui.xsd", "SupplementalAdministrativeMarkingCodeSimpleType"
    )
    assert listed("codes/genc.xsd", "CountryAlpha3CodeSimpleType") == COUNTRIES


def test_a_specified_category_has_the_name_of_its_basic_one() -> None:
    basic = {one.value: one.registry_name for one in Cui}
    names = [(one, basic[one.removeprefix("SP-")]) for one in Cui if one.is_specified and one[3:] in basic]
    assert len(names) > 20
    assert all(one.registry_name == name for one, name in names)


def test_each_control_has_one_spelling_in_a_portion_mark() -> None:
    assert set(PORTION_CONTROLS) == set(Dissemination)
    assert {v for k, v in PORTION_CONTROLS.items() if v != k.value} == {"AC", "AWP", "NF"}


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("CUI", "CUI"),
        ("CUI//SP-CHRI/LEI//NOFORN", "CUI//SP-CHRI/LEI//NOFORN"),
        ("CONTROLLED//lei/sp-chri", "CUI//SP-CHRI/LEI"),
        ("CUI//NOFORN", "CUI//NOFORN"),
        ("CUI//LEI//REL TO USA, CAN", "CUI//LEI//REL TO USA, CAN"),
        ("CUI//LEI//REL TO NZL, USA,GBR", "CUI//LEI//REL TO USA, GBR, NZL"),
        ("CUI//DISPLAY ONLY MEX/NOCON", "CUI//DISPLAY ONLY MEX/NOCON"),
        ("  cui // prvcy / inv  //  fed only ", "CUI//INV/PRVCY//FED ONLY"),
        ("CUI//PRIVILEGE//attorney-client/ATTORNEY-WP", "CUI//PRIVILEGE//Attorney-Client/Attorney-WP"),
        ("(CUI//SP-INV//NF)", "CUI//SP-INV//NOFORN"),
        ("(CUI//PRIVILEGE//AC/AWP)", "CUI//PRIVILEGE//Attorney-Client/Attorney-WP"),
        ("CUI//PCII", "CUI//SP-PCII"),
        ("CUI//LEI//REL TO", "CUI//LEI//REL TO"),
        ("UNCLASSIFIED", "UNCLASSIFIED"),
        ("(U)", "UNCLASSIFIED"),
        ("UNCLASSIFIED//CUI//LEI", "CUI//LEI"),
        ("U//FOUO", "UNCLASSIFIED//FOUO"),
        ("For Official Use Only", "UNCLASSIFIED//FOUO"),
        ("UNCLASSIFIED//LAW ENFORCEMENT SENSITIVE", "UNCLASSIFIED//LES"),
        ("SENSITIVE BUT UNCLASSIFIED", "UNCLASSIFIED//SBU"),
        ("FOUO//LES", "UNCLASSIFIED//LES/FOUO"),
        ("CUI//LEI//LES", "CUI//LEI//LES"),
    ],
)
def test_a_banner_has_a_normal_form(text: str, normal: str) -> None:
    assert write_banner(read_banner(text)) == normal
    assert read_banner(normal) == read_banner(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not one"),
        ("CUI//SP-XYZZY", "neither a category nor a control"),
        ("CUI//LEI//NOFRON", "neither a category nor a control"),
        ("CUI//", "neither a category nor a control"),
        ("CUI////LEI", "neither a category nor a control"),
        ("CUI//CUI", "neither a category nor a control"),
        ("LEI//NOFORN", "is not one"),
        ("CUI/LEI", "is not one"),
        ("U//LEI", "is not one"),
        ("SECRET//NOFORN", "classified"),
        ("(TS)", "classified"),
        ("CUI//REL TO CAN, GBR", "does not name USA"),
        ("CUI//REL TO USA, FVEY", "none of GENC"),
        ("CUI//REL TO USA, XYZ", "none of GENC"),
    ],
)
def test_what_no_table_knows_is_an_error_and_never_repeated(text: str, says: str) -> None:
    with pytest.raises(BadMarking, match=says) as caught:
        read_banner(text)
    assert caught.value.remedy
    assert not [word for word in re.findall("XYZZY|NOFRON|FVEY|XYZ", text) if word in str(caught.value)]


def test_a_portion_mark_has_its_own_spelling_and_says_the_same() -> None:
    banner = read_banner("CUI//SP-INV/LEI//NOFORN/REL TO USA, CAN/Attorney-WP")
    assert write_portion(banner) == "(CUI//SP-INV/LEI//AWP/NF/REL TO USA, CAN)"
    assert read_banner(write_portion(banner)) == banner
    assert write_portion(Banner(caveats=(Caveat.FOUO,))) == "(U//FOUO)"


def test_a_handling_has_one_form_of_its_markings() -> None:
    handling = Handling(
        tlp=Tlp.AMBER, cui=(Cui.LEI, Cui.CUI, Cui.SP_CHRI, Cui.LEI), release_to=("MEX", "USA"), caveats=(Caveat.LES,)
    )
    assert handling.cui == (Cui.SP_CHRI, Cui.LEI)
    assert handling.dissemination == (Dissemination.REL_TO,)
    assert handling.release_to == ("USA", "MEX")
    assert handling.banner == "CUI//SP-CHRI/LEI//REL TO USA, MEX//LES"


@pytest.mark.parametrize(
    ("facts", "controls"),
    [
        ({"dissemination": (Dissemination.NOFORN,)}, ("NOFORN",)),
        ({"release_to": ("USA", "CAN")}, ("REL TO",)),
        ({"display_to": ("CAN",)}, ("DISPLAY ONLY",)),
        ({"dissemination_list": ("Desk of the Sample County Sheriff",)}, ("DL ONLY",)),
        ({"designating_entity": "Sample Agency"}, ()),
        ({"decontrol_date": date(2030, 1, 1)}, ()),
        ({"supplemental_markings": (SupplementalMarking.DRAFT,)}, ()),
    ],
    ids=str,
)
def test_a_fact_of_cui_makes_a_record_cui_and_brings_its_control(facts: Any, controls: tuple[str, ...]) -> None:
    handling = Handling(tlp=Tlp.RED, **facts)
    assert (handling.cui, handling.dissemination) == ((Cui.CUI,), controls)
    assert msgspec.convert(msgspec.to_builtins(handling), Handling) == handling


@pytest.mark.parametrize("facts", [{"release_to": ("CAN",)}, {"display_to": ("USA", "XYZ")}], ids=str)
def test_countries_that_cannot_stand_are_refused_also_from_the_store(facts: Any) -> None:
    with pytest.raises(ValueError):
        Handling(tlp=Tlp.AMBER, **facts)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"tlp": "amber"} | facts, Handling)


def test_the_older_spelling_of_a_category_is_read_from_the_store() -> None:
    assert msgspec.convert({"tlp": "amber", "cui": ["PCII"]}, Handling).cui == (Cui.SP_PCII,)
