"""Definitions of what is said of a record as a whole: what it is, its handling, where it came from."""

from typing import Final

from gateway.model.dictionary.definition import Definition, Definitions

__all__ = ["HANDLING", "PROVENANCE", "RECORD"]

RECORD: Final[Definitions] = {
    "id": Definition("The center's own id of the record; partners see the id of their view instead."),
    "kind": Definition("What sort of record it is; agreements name kinds."),
    "native_key": Definition("What the agency calls the record: its case, report or bulletin number.", "nc:ReportID"),
    "handling": Definition("What the originator asks of everyone who holds the record.", "fx:Handling"),
    "provenance": Definition("Which delivery, line and mapping made the record.", "fx:Provenance"),
    "title": Definition("The record in one line, in the agency's words.", "nc:DocumentTitleText"),
    "narrative": Definition("The account of the event, in the agency's words.", "nc:DocumentDescriptionText"),
    "labels": Definition("Keywords that the agency gave the record.", "nc:DocumentKeywordText"),
    "activities": Definition("What happened: calls, offenses, arrests, fires, attacks."),
    "people": Definition("The people in the record."),
    "organizations": Definition("The agencies, companies and other bodies in the record."),
    "vehicles": Definition("The road vehicles in the record."),
    "items": Definition("The weapons, property and other things in the record."),
    "places": Definition("The places in the record."),
    "observables": Definition("The technical values in the record."),
    "indicators": Definition(
        "Claims about technical values; in a container those whose value the view withholds.",
        "cyber:CyberIndicatorPattern",
    ),
    "vulnerabilities": Definition("The known weaknesses that the record is about or names."),
    "originals": Definition("Objects of STIX as other producers published them.", "fx:OriginalObject"),
    "relations": Definition("Who or what had which part in what."),
    "suspicious_activity": Definition(
        "What makes the record a suspicious activity report.", "ISE-SAR functional standard"
    ),
    "lookout": Definition("What makes the record a lookout.", "fx:Lookout"),
    "alert": Definition("What makes the record an alert.", "em:AlertNotification"),
    "tip": Definition("What makes the record a tip.", "fx:Tip"),
    "cyber_event": Definition("What only a cyber incident tells.", "fx:CyberEvent"),
    "medical_response": Definition("What only an emergency medical response tells.", "fx:MedicalResponse"),
    "health_event": Definition("What only an event of public health tells.", "fx:HealthEvent"),
    "fire_event": Definition("What only a fire tells.", "fx:FireEvent"),
}

HANDLING: Final[Definitions] = {
    "pap": Definition(
        "What a recipient may do with what it learns, in the Permissible Actions Protocol.",
        "fx:PermissibleActionsProtocolCode",
    ),
    "tlp": Definition(
        "How far the record may travel, in the Traffic Light Protocol 2.0.", "fx:TrafficLightProtocolCode"
    ),
    "cui": Definition(
        "Categories of controlled unclassified information, specified ones first, then by the alphabet.",
        "cui:DocumentMarkingMetadata; 32 CFR 2002",
    ),
    "dissemination": Definition(
        "Limited dissemination controls of the CUI registry.", "cui:DocumentMarkingLDCCode; 32 CFR 2002.16"
    ),
    "release_to": Definition(
        "Countries that the control REL TO names, as three-letter codes of ISO 3166-1.", "cui:LDCCountryCode"
    ),
    "display_to": Definition(
        "Countries that the control DISPLAY ONLY names, as three-letter codes of ISO 3166-1.", "cui:LDCCountryCode"
    ),
    "dissemination_list": Definition(
        "People and bodies on the list that the control DL ONLY speaks of.", "cui:LDC-DLONLYText"
    ),
    "designating_entity": Definition(
        "Agency that designated the information as controlled, or its office.", "cui:DesignatingEntityText"
    ),
    "decontrol_date": Definition(
        "Day from which on the designating agency asks for no CUI controls; without zone.",
        "cui:DecontrolDate; 32 CFR 2002.18",
    ),
    "supplemental_markings": Definition(
        "Administrative markings that stand beside the CUI marking, such as a draft's.",
        "cui:SupplementalAdministrativeMarkingCode",
    ),
    "caveats": Definition("Older and local caveats that travel with the record.", "fx:HandlingCaveatCode"),
    "sensitivities": Definition(
        "Facts in the record for which a law or an agreement may exclude sharing.", "fx:ReportSensitivityCode"
    ),
    "confidence": Definition("How sure the originator is of the whole record, in percent.", "nc:ConfidencePercent"),
    "personal_information": Definition(
        "True when the record holds information about identified persons.", "fx:PersonalInformationIndicator"
    ),
    "validate_by": Definition(
        "Last day on which the record counts as reviewed; after it nothing is shared.",
        "fx:ValidationDueDate; 28 CFR 23.20(h)",
    ),
}

PROVENANCE: Final[Definitions] = {
    "feed": Definition("Name of the feed that delivered the source.", "fx:SourceFeedName"),
    "agency": Definition("Name of the agency whose record it is.", "nc:DocumentSource"),
    "agency_ori": Definition("Originating agency identifier of that agency, as NCIC assigns it.", "nc:DocumentSource"),
    "receipt": Definition("Identifier of the center's receipt for the delivery.", "fx:SourceReceiptID"),
    "file_name": Definition("Name of the delivered file.", "fx:SourceFileName"),
    "source_sha256": Definition("SHA-256 of the delivered file, in 64 hexadecimal digits.", "fx:SourceDigestText"),
    "line": Definition("Line or item of the delivered file, counted from one.", "fx:SourceLineNumeric"),
    "mapping": Definition("Name of the mapping document that read the record.", "fx:MappingName"),
    "mapping_version": Definition("Version of that mapping document.", "fx:MappingVersionText"),
    "received": Definition("When the center received the delivery, in UTC.", "nc:DocumentReceivedDate"),
}
