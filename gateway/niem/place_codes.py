"""Codes of places that NIEM 6.0 lists. A test compares them with the lists of the schema folder."""

from typing import Final

__all__ = ["GENC_COUNTRIES", "USPS_STATES"]


def _codes(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


USPS_STATES: Final = _codes(
    """
    AA AE AK AL AP AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS MT NC ND
    NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY
    """
)
"""State and possession codes; NIEM 6.0 usps:USStateCodeSimpleType."""

GENC_COUNTRIES: Final = _codes(
    """
    A1 A2 A3 AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ
    IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN
    PR PT PW PY QA QM QS QU QW QX QZ RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX SY SZ TC
    TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XA XB XC XD XE XG XH XJ
    XK XL XM XP XQ XR XS XT XU XV XW YE YT ZA ZM ZW
    """
)
"""Two-letter country codes; NIEM 6.0 genc:CountryAlpha2CodeSimpleType."""
