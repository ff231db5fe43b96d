"""Invented NIBRS incidents, each written twice: as the lines of the flat file and as a report of the XML submission."""

import csv
import random
from dataclasses import dataclass

from mapping_builders import MAPPINGS

NAMESPACES = (
    'xmlns:nibrs="http://fbi.gov/cjis/nibrs/2019" xmlns:cjis="http://fbi.gov/cjis/2.0" '
    'xmlns:j="http://release.niem.gov/niem/domains/jxdm/5.2/" xmlns:nc="http://release.niem.gov/niem/niem-core/3.0/" '
    'xmlns:s="http://release.niem.gov/niem/structures/3.0/"'
)
LOSSES = {
    "1": "NONE",
    "2": "BURNED",
    "3": "COUNTERFEITED",
    "4": "DESTROYED_DAMAGED_VANDALIZED",
    "5": "RECOVERED",
    "6": "SEIZED",
    "7": "STOLEN",
    "8": "UNKNOWN",
}
INFANTS = {"NN": "NEONATAL", "NB": "NEWBORN", "BB": "BABY", "00": "UNKNOWN"}
DRUGS = "10"


def codes_of(table: str) -> list[str]:
    with (MAPPINGS / "codes" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return [row["from"] for row in csv.DictReader(stream)]


OFFENSES = [code for code in codes_of("nibrs-offenses") if len(code) == 3]
LOCATIONS = [code for code in codes_of("nibrs-locations") if len(code) == 2]
PROPERTY = [code for code in codes_of("nibrs-property") if len(code) == 2]


@dataclass(frozen=True)
class Somebody:
    """A person as NIBRS knows one; `age` is two digits, four for a range, a word for infants, or nothing."""

    age: str
    sex: str
    race: str


@dataclass(frozen=True)
class Incident:
    """Everything that both encodings say. Lists are in the order in which they are written."""

    number: str
    ori: str
    day: str
    hour: str
    is_report_date: bool
    exceptional: str
    offenses: tuple[tuple[str, str, str], ...]
    property: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    victims: tuple[tuple[str, Somebody], ...]
    offenders: tuple[Somebody, ...]
    arrests: tuple[tuple[str, str, str, Somebody], ...]


def incidents(seed: int, count: int) -> list[Incident]:
    chance = random.Random(seed)
    return [_incident(chance, number) for number in range(1, count + 1)]


def _incident(chance: random.Random, number: int) -> Incident:
    def day() -> str:
        return f"2030{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"

    def items() -> tuple[tuple[str, str], ...]:
        value = chance.choice([1, 450, 99_999_999, chance.randint(2, 10**6)])
        return tuple((chance.choice(PROPERTY), f"{value:09d}") for _ in range(chance.randint(1, 10)))

    return Incident(
        number=f"30-{number:05d}",
        ori=f"EX099{chance.randint(0, 9):02d}00",
        day=day(),
        # the hours that the clocks repeat and leave out lie on days that the lists have: both encodings mean the same
        hour=chance.choice(["", *(f"{hour:02d}" for hour in range(24))]),
        is_report_date=chance.random() < 0.2,
        exceptional=chance.choice("NNNABCDE"),
        offenses=tuple(
            (code, chance.choice("CA"), chance.choice(LOCATIONS))
            for code in chance.sample(OFFENSES, chance.randint(1, 4))
        ),
        property=tuple((loss, items()) for loss in chance.sample(sorted(LOSSES), chance.randint(0, 2)) if loss != "1"),
        victims=tuple((chance.choice("IIILBFGRSOU"), _somebody(chance)) for _ in range(chance.randint(1, 4))),
        offenders=tuple(_somebody(chance) for _ in range(chance.randint(0, 3))),
        arrests=tuple(
            (f"A-{number:04d}-{n}", day(), chance.choice(OFFENSES), _somebody(chance))
            for n in range(chance.randint(0, 2))
        ),
    )


def _somebody(chance: random.Random) -> Somebody:
    low = chance.randint(1, 60)
    age = chance.choice([f"{low:02d}", f"{low:02d}", f"{low:02d}{low + 9:02d}", "00", "NN", "NB", "BB", ""])
    return Somebody(age, chance.choice("FMU"), chance.choice("WBIAPU"))


def flat(incident: Incident) -> str:
    """The incident's lines: each says its length and its sort first."""
    flag = "R" if incident.is_report_date else " "
    lines = [("1", f"{incident.day}{flag}{incident.hour:2}{incident.exceptional}".ljust(51))]
    lines += [("2", f"{code}{done}{'':3}{place}".ljust(34)) for code, done, place in incident.offenses]
    for loss, items in incident.property:
        lines.append(("3", (loss + "".join(f"{kind}{value}{'':8}" for kind, value in items)).ljust(270)))
    for place, (sort, person) in enumerate(incident.victims, 1):
        known = sort in "IL"
        facts = f"{person.age:4}{person.sex}{person.race}" if known else " " * 6
        lines.append(("4", f"{place:03d}{'':30}{sort}{facts}".ljust(104)))
    for place, person in enumerate(incident.offenders, 1):
        lines.append(("5", f"{place:02d}{person.age:4}{person.sex}{person.race} "))
    for place, (arrest, day, code, person) in enumerate(incident.arrests, 1):
        facts = f"{arrest:12}{day}O {code}{'':6}{person.age:4}{person.sex}{person.race}"
        lines.append(("6", f"{place:02d}{facts}".ljust(73)))
    head = f"I{incident.day[4:6]}2030{'':4}{incident.ori}{incident.number:12}"
    return "".join(f"{len(head) + len(body) + 5:04d}{sort}{head}{body}\r\n" for sort, body in lines)


def xml(many: list[Incident]) -> str:
    """A submission with a report for each incident."""
    reports = "".join(map(_report, many))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<nibrs:Submission {NAMESPACES}>{reports}</nibrs:Submission>\n'


def _id(text: str) -> str:
    return f"<nc:IdentificationID>{text}</nc:IdentificationID>"


def _report(incident: Incident) -> str:
    day = f"{incident.day[:4]}-{incident.day[4:6]}-{incident.day[6:]}"
    when = f"<nc:DateTime>{day}T{incident.hour}:00:00</nc:DateTime>" if incident.hour else f"<nc:Date>{day}</nc:Date>"
    organization = f"<j:OrganizationORIIdentification>{_id(incident.ori)}</j:OrganizationORIIdentification>"
    parts = [
        (
            "<nibrs:ReportHeader><nibrs:NIBRSReportCategoryCode>GROUP A INCIDENT REPORT</nibrs:NIBRSReportCategoryCode>"
            "<nibrs:ReportActionCategoryCode>I</nibrs:ReportActionCategoryCode><nibrs:ReportingAgency>"
            f"<j:OrganizationAugmentation>{organization}</j:OrganizationAugmentation></nibrs:ReportingAgency>"
            "</nibrs:ReportHeader><nc:Incident>"
            f"<nc:ActivityIdentification>{_id(incident.number)}</nc:ActivityIdentification>"
            f"<nc:ActivityDate>{when}</nc:ActivityDate><cjis:IncidentAugmentation><cjis:IncidentReportDateIndicator>"
            f"{str(incident.is_report_date).lower()}</cjis:IncidentReportDateIndicator></cjis:IncidentAugmentation>"
            "<j:IncidentAugmentation><j:IncidentExceptionalClearanceCode>"
            f"{incident.exceptional}</j:IncidentExceptionalClearanceCode></j:IncidentAugmentation></nc:Incident>"
        )
    ]
    for place, (code, done, where) in enumerate(incident.offenses):
        attempted = "true" if done == "A" else "false"
        parts.append(
            f'<j:Offense s:id="O{place}"><nibrs:OffenseUCRCode>{code}</nibrs:OffenseUCRCode>'
            f"<j:OffenseAttemptedIndicator>{attempted}</j:OffenseAttemptedIndicator></j:Offense>"
            f'<nc:Location s:id="L{place}"><nibrs:LocationCategoryCode>{where}</nibrs:LocationCategoryCode>'
            "</nc:Location>"
        )
    parts += [_item(loss, kind, value) for loss, items in incident.property for kind, value in items]
    for place, (sort, person) in enumerate(incident.victims):
        parts.append(_person(f"V{place}", person) if sort in "IL" else "")
        role = f'<nc:RoleOfPerson s:ref="V{place}"/>' if sort in "IL" else ""
        parts.append(f"<j:Victim>{role}<j:VictimCategoryCode>{sort}</j:VictimCategoryCode></j:Victim>")
    for place, person in enumerate(incident.offenders):
        parts.append(_person(f"S{place}", person) + f'<j:Subject><nc:RoleOfPerson s:ref="S{place}"/></j:Subject>')
    for place, (arrest, date, code, person) in enumerate(incident.arrests):
        on = f"{date[:4]}-{date[4:6]}-{date[6:]}"
        parts.append(
            _person(f"P{place}", person)
            + f'<j:Arrestee s:id="E{place}"><nc:RoleOfPerson s:ref="P{place}"/></j:Arrestee>'
            f'<j:Arrest s:id="A{place}"><nc:ActivityIdentification>{_id(arrest)}</nc:ActivityIdentification>'
            f"<nc:ActivityDate><nc:Date>{on}</nc:Date></nc:ActivityDate><j:ArrestCharge>"
            f"<nibrs:ChargeUCRCode>{code}</nibrs:ChargeUCRCode></j:ArrestCharge></j:Arrest>"
            f'<j:ArrestSubjectAssociation><nc:Activity s:ref="A{place}"/><j:Subject s:ref="E{place}"/>'
            "</j:ArrestSubjectAssociation>"
        )
    parts += [
        f'<j:OffenseLocationAssociation><j:Offense s:ref="O{n}"/><nc:Location s:ref="L{n}"/>'
        "</j:OffenseLocationAssociation>"
        for n in range(len(incident.offenses))
    ]
    return f"<nibrs:Report>{''.join(parts)}</nibrs:Report>\n"


def _item(loss: str, kind: str, value: str) -> str:
    element = "nc:Substance" if kind == DRUGS else "nc:Item"
    return (
        f"<{element}><nc:ItemStatus><cjis:ItemStatusCode>{LOSSES[loss]}</cjis:ItemStatusCode></nc:ItemStatus>"
        f"<nc:ItemValue><nc:ItemValueAmount><nc:Amount>{int(value)}</nc:Amount></nc:ItemValueAmount></nc:ItemValue>"
        f"<j:ItemCategoryNIBRSPropertyCategoryCode>{kind}</j:ItemCategoryNIBRSPropertyCategoryCode></{element}>"
    )


def _person(identifier: str, person: Somebody) -> str:
    if not person.age:
        measure = ""
    elif person.age in INFANTS:
        measure = f"<nc:MeasureValueText>{INFANTS[person.age]}</nc:MeasureValueText>"
    elif len(person.age) == 4:
        measure = (
            f"<nc:MeasureIntegerRange><nc:RangeMaximumIntegerValue>{int(person.age[2:])}</nc:RangeMaximumIntegerValue>"
            f"<nc:RangeMinimumIntegerValue>{int(person.age[:2])}</nc:RangeMinimumIntegerValue></nc:MeasureIntegerRange>"
        )
    else:
        measure = f"<nc:MeasureIntegerValue>{int(person.age)}</nc:MeasureIntegerValue>"
    age = f"<nc:PersonAgeMeasure>{measure}</nc:PersonAgeMeasure>" if measure else ""
    return (
        f'<nc:Person s:id="{identifier}">{age}<j:PersonRaceNDExCode>{person.race}</j:PersonRaceNDExCode>'
        f"<j:PersonSexCode>{person.sex}</j:PersonSexCode></nc:Person>"
    )
