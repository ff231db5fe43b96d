"""The vocabulary of controlled unclassified information: categories, dissemination controls, supplemental markings.

The codes are those of NIEM 6.0 (cui.xsd); the names are the ones that the CUI registry of the National Archives gives
them (32 CFR 2002.10, archives.gov/cui/registry).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final, Self

__all__ = ["PORTION_CONTROLS", "Cui", "Dissemination", "SupplementalMarking", "in_registry_order"]


class Cui(StrEnum):
    """Categories of controlled unclassified information, by their marking; `registry_name` is the category's name.

    Specified categories (`SP-`) have handling of their own in law; the basic ones follow 32 CFR 2002 alone. `CUI` is
    information that is marked as controlled without saying of which category, as a basic category may be.
    """

    registry_name: str

    def __new__(cls, marking: str, registry_name: str = "") -> Self:
        """One row of the table."""
        member = str.__new__(cls, marking)
        member._value_ = marking
        member.registry_name = registry_name
        return member

    CUI = "CUI", "Controlled Unclassified Information"
    SP_ADPO = "SP-ADPO", "Administrative Proceedings"
    SP_AIV = "SP-AIV", "Accident Investigation"
    SP_ARCHR = "SP-ARCHR", "Archaeological Resources"
    SP_BUDG = "SP-BUDG", "Budget"
    SP_CCI = "SP-CCI", "Consumer Complaint Information"
    SP_CEII = "SP-CEII", "Critical Energy Infrastructure Information"
    SP_CENS = "SP-CENS", "US Census"
    SP_CHLD = "SP-CHLD", "Child Pornography"
    SP_CHRI = "SP-CHRI", "Criminal History Records Information"
    SP_CONTRACT = "SP-CONTRACT", "Contract Use"
    SP_CRITAN = "SP-CRITAN", "Ammonium Nitrate"
    SP_CTI = "SP-CTI", "Controlled Technical Information"
    SP_CVI = "SP-CVI", "Chemical-terrorism Vulnerability Information"
    SP_DCNI = "SP-DCNI", "Unclassified Controlled Nuclear Information - Defense"
    SP_EXPT = "SP-EXPT", "Export Controlled"
    SP_FISA = "SP-FISA", "Foreign Intelligence Surveillance Act"
    SP_FISAB = "SP-FISAB", "Foreign Intelligence Surveillance Act Business Records"
    SP_FNC = "SP-FNC", "General Financial Information"
    SP_FSEC = "SP-FSEC", "Bank Secrecy"
    SP_FUND = "SP-FUND", "Campaign Funds"
    SP_GENETIC = "SP-GENETIC", "Genetic Information"
    SP_GEO = "SP-GEO", "Geodetic Product Information"
    SP_HISTP = "SP-HISTP", "Historic Properties"
    SP_HLTH = "SP-HLTH", "Health Information"
    SP_ID = "SP-ID", "Internal Data"
    SP_IFNC = "SP-IFNC", "Intelligence Financial Records"
    SP_INF = "SP-INF", "Informant"
    SP_INTEL = "SP-INTEL", "General Intelligence"
    SP_INTL = "SP-INTL", "International Agreement Information"
    SP_INV = "SP-INV", "Investigation"
    SP_JURY = "SP-JURY", "Federal Grand Jury"
    SP_LDNA = "SP-LDNA", "DNA"
    SP_LFNC = "SP-LFNC", "Law Enforcement Financial Records"
    SP_LPROT = "SP-LPROT", "Protective Order"
    SP_MFC = "SP-MFC", "Proprietary Manufacturer"
    SP_NNPI = "SP-NNPI", "Naval Nuclear Propulsion Information"
    SP_NPSR = "SP-NPSR", "National Park System Resources"
    SP_NUC = "SP-NUC", "General Nuclear"
    SP_PCII = "SP-PCII", "Protected Critical Infrastructure Information"
    SP_PERS = "SP-PERS", "Personnel Records"
    SP_PRIIG = "SP-PRIIG", "Inspector General Protected"
    SP_PROCURE = "SP-PROCURE", "General Procurement and Acquisition"
    SP_PROPIN = "SP-PROPIN", "General Proprietary Business Information"
    SP_PRVCY = "SP-PRVCY", "General Privacy"
    SP_SGI = "SP-SGI", "Safeguards Information"
    SP_SRI = "SP-SRI", "Nuclear Security-Related Information"
    SP_SSEL = "SP-SSEL", "Source Selection"
    SP_SSI = "SP-SSI", "Sensitive Security Information"
    SP_STAT = "SP-STAT", "Statistical Information"
    SP_STUD = "SP-STUD", "Student Records"
    SP_SUB = "SP-SUB", "Controlled Substances"
    SP_TAX = "SP-TAX", "Federal Taxpayer Information"
    SP_TSCA = "SP-TSCA", "Toxic Substances"
    SP_UCNI = "SP-UCNI", "Unclassified Controlled Nuclear Information - Energy"
    SP_WDT = "SP-WDT", "Written Determinations"
    SP_WHSTL = "SP-WHSTL", "Whistleblower Identity"
    SP_WIT = "SP-WIT", "Witness Protection"
    ADJ = "ADJ", "Status Adjustment"
    ADPO = "ADPO", "Administrative Proceedings"
    AG = "AG", "Agriculture"
    APP = "APP", "Patent Applications"
    ASYL = "ASYL", "Asylee"
    BARG = "BARG", "Collective Bargaining"
    BATT = "BATT", "Battered Spouse or Child"
    CMPRS = "CMPRS", "Committed Person"
    COMPT = "COMPT", "Comptroller General"
    CONREG = "CONREG", "Entity Registration Information"
    CONV = "CONV", "Tax Convention"
    CRIT = "CRIT", "General Critical Infrastructure Information"
    CVI = "CVI", "Chemical-terrorism Vulnerability Information"
    CVIC = "CVIC", "Child Victim/Witness"
    DCNI = "DCNI", "Unclassified Controlled Nuclear Information - Defense"
    DCRIT = "DCRIT", "DoD Critical Infrastructure Security Information"
    DREC = "DREC", "Death Records"
    EMGT = "EMGT", "Emergency Management"
    EXPT = "EXPT", "Export Controlled"
    EXPTR = "EXPTR", "Export Controlled Research"
    FHFANPI = "FHFANPI", "Federal Housing Finance Non-Public Information"
    FINT = "FINT", "International Financial Institutions"
    FNC = "FNC", "General Financial Information"
    FSEC = "FSEC", "Bank Secrecy"
    FSI = "FSI", "Financial Supervision Information"
    GENETIC = "GENETIC", "Genetic Information"
    HLTH = "HLTH", "Health Information"
    ID = "ID", "Internal Data"
    INF = "INF", "Informant"
    INTEL = "INTEL", "General Intelligence"
    INV = "INV", "Investigation"
    INVENT = "INVENT", "Inventions"
    ISVI = "ISVI", "Information Systems Vulnerability Information"
    IVIC = "IVIC", "Victims of Human Trafficking"
    JURY = "JURY", "Federal Grand Jury"
    JUV = "JUV", "Juvenile"
    LCOMM = "LCOMM", "Communications"
    LEI = "LEI", "General Law Enforcement"
    LMI = "LMI", "Legislative Materials"
    LNSL = "LNSL", "National Security Letter"
    LPROT = "LPROT", "Protective Order"
    LSCRN = "LSCRN", "Terrorist Screening"
    LVIC = "LVIC", "Victim"
    MERG = "MERG", "Mergers"
    MIL = "MIL", "Military Personnel Records"
    NETW = "NETW", "Net Worth"
    NNPI = "NNPI", "Naval Nuclear Propulsion Information"
    NUC = "NUC", "General Nuclear"
    OCCMTO = "OCCMTO", "Ocean Common Carrier and Marine Terminal Operator Agreements"
    OPSEC = "OPSEC", "Operations Security"
    PERS = "PERS", "Personnel Records"
    PEST = "PEST", "Pesticide Producer Survey"
    PHYS = "PHYS", "Physical Security"
    POST = "POST", "Proprietary Postal"
    PRE = "PRE", "Presentence Report"
    PRIIG = "PRIIG", "Inspector General Protected"
    PRIOR = "PRIOR", "Prior Arrest"
    PRIVILEGE = "PRIVILEGE", "Legal Privilege"
    PROPIN = "PROPIN", "General Proprietary Business Information"
    PROT = "PROT", "Temporary Protected Status"
    PRVCY = "PRVCY", "General Privacy"
    PSEC = "PSEC", "Secrecy Orders"
    RAIL = "RAIL", "Railroad Safety Analysis Records"
    RECCOM = "RECCOM", "Nuclear Recommendation Material"
    RESD = "RESD", "Permanent Resident Status"
    RTR = "RTR", "Retirement"
    RWRD = "RWRD", "Reward"
    SAFE = "SAFE", "SAFETY Act Information"
    SBIZ = "SBIZ", "Small Business Research and Technology"
    SCV = "SCV", "Sex Crime Victim"
    SERV = "SERV", "Ocean Common Carrier Service Contracts"
    SRI = "SRI", "Nuclear Security-Related Information"
    SSEL = "SSEL", "Source Selection"
    STAT = "STAT", "Statistical Information"
    STUD = "STUD", "Student Records"
    SURV = "SURV", "Investment Survey"
    TAI = "TAI", "Taxpayer Advocate Information"
    TRACE = "TRACE", "Pen Register/Trap and Trace"
    UCNI = "UCNI", "Unclassified Controlled Nuclear Information - Energy"
    VISA = "VISA", "Visas"
    WATER = "WATER", "Water Assessments"
    WHSTL = "WHSTL", "Whistleblower Identity"
    WIT = "WIT", "Witness Protection"
    XFER = "XFER", "Electronic Funds Transfer"

    @property
    def is_specified(self) -> bool:
        """Whether law says how the category is handled (32 CFR 2002.4(r))."""
        return self.value.startswith("SP-")

    @classmethod
    def _missing_(cls, value: object) -> Any:
        """Other spellings of a marking that are still read."""
        return cls(_SPELLINGS[value]) if isinstance(value, str) and value in _SPELLINGS else None


_SPELLINGS: Final = {"PCII": "SP-PCII"}
"""Protected critical infrastructure information has no basic form (6 CFR 29)."""


class Dissemination(StrEnum):
    """Limited dissemination controls, as a document's banner spells them. Only the designating agency applies one."""

    ATTORNEY_CLIENT = "Attorney-Client"
    ATTORNEY_WORK_PRODUCT = "Attorney-WP"
    DISPLAY_ONLY = "DISPLAY ONLY"
    DL_ONLY = "DL ONLY"
    FED_ONLY = "FED ONLY"
    FEDCON = "FEDCON"
    NOCON = "NOCON"
    NOFORN = "NOFORN"
    REL_TO = "REL TO"
    RELIDO = "RELIDO"


PORTION_CONTROLS: Final = {control: control.value for control in Dissemination} | {
    Dissemination.ATTORNEY_CLIENT: "AC",
    Dissemination.ATTORNEY_WORK_PRODUCT: "AWP",
    Dissemination.NOFORN: "NF",
}
"""How a portion mark spells each control; NIEM 6.0 cui:PortionMarkingLDCCodeSimpleType."""


class SupplementalMarking(StrEnum):
    """Supplemental administrative markings: the document is not final. They never stand in a banner."""

    DELIBERATIVE = "DELIBERATIVE"
    DRAFT = "DRAFT"
    PRE_DECISIONAL = "PRE-DECISIONAL"
    PROVISIONAL = "PROVISIONAL"
    PROVISIONAL_IN_WORK = "PROVISIONAL - IN WORK"


def in_registry_order(categories: Iterable[Cui]) -> tuple[Cui, ...]:
    """Each category once, specified ones first, both groups by the alphabet; `CUI` only where it stands alone."""
    found = set(categories)
    named = found - {Cui.CUI} or found
    return tuple(sorted(named, key=lambda category: (not category.is_specified, category.value)))
