"""Definitions of what only cyber incidents, medical responses, health events and fires tell."""

from typing import Final

from gateway.model.dictionary.definition import Definition, Definitions

__all__ = ["CYBER_EVENT", "FIRE_EVENT", "HEALTH_EVENT", "MEDICAL_RESPONSE"]

CYBER_EVENT: Final[Definitions] = {
    "actuality": Definition(
        "Whether it is an incident for certain, a suspicion, a near miss or none at all.",
        "cyber:SecurityIncidentActualityCode",
    ),
    "severity": Definition(
        "How bad the incident is over all, on the scale of the national cyber incident scoring system.",
        "cyber:IncidentOverallImpactSeverityCode",
    ),
    "discovered": Definition("When the incident was found, in UTC.", "cyber:IncidentDiscoveryDate"),
    "discovery_method": Definition("How the incident came to light.", "cyber:IncidentDiscoveryMethodCode"),
    "vectors": Definition("Ways by which the attacker came in.", "cyber:AttackVectorCategoryCode"),
    "attack_patterns": Definition(
        "Techniques that the attacker used, by name or as ids of ATT&CK or CAPEC.", "cyber:AttackPatternName"
    ),
    "malware": Definition("Names of malicious software that was found.", "cyber:MalwareName"),
    "courses_of_action": Definition(
        "What was done, or is to be done, against the attack.", "cyber:CourseOfActionDescriptionText"
    ),
    "functional_impact": Definition(
        "What could no longer be done because of the incident: services, operations.",
        "cyber:IncidentFunctionalImpactDescriptionText",
    ),
    "systems_affected": Definition("How many systems were affected.", "fx:AffectedSystemQuantity"),
    "data_lost": Definition("True when data was taken or destroyed.", "fx:DataLossIndicator"),
    "ransom_demanded": Definition("True when the attacker demanded a ransom.", "fx:RansomDemandIndicator"),
}

MEDICAL_RESPONSE: Final[Definitions] = {
    "signs": Definition(
        "What the call is a sign of for those who watch for clusters and for violence.", "fx:MedicalSignCode"
    ),
    "acuity": Definition("State of the patient who is worst off.", "fx:PatientAcuityCode"),
    "patients": Definition("How many patients there were.", "fx:PatientQuantity"),
    "deaths": Definition("How many patients died, as far as the crew knows.", "fx:PatientDeathQuantity"),
    "complaint": Definition("What the patient complained of to the crew, in words.", "fx:ChiefComplaintText"),
    "impressions": Definition(
        "What the crew took the patient's condition for, in words or as codes of ICD-10-CM.",
        "fx:MedicalImpressionText",
    ),
    "naloxone_given": Definition("True when the patient was given naloxone.", "fx:NaloxoneIndicator"),
    "transported": Definition("True when a patient was taken to a hospital.", "fx:TransportIndicator"),
    "en_route": Definition("When the first unit set out, in UTC.", "fx:ResponseStartDate"),
    "at_patient": Definition("When the crew reached the patient, in UTC.", "fx:PatientContactDate"),
    "left_scene": Definition("When the unit left the scene with the patient, in UTC.", "fx:TransportStartDate"),
    "at_destination": Definition("When the unit reached the hospital, in UTC.", "fx:TransportEndDate"),
}

HEALTH_EVENT: Final[Definitions] = {
    "signs": Definition("What the visit or the case is a sign of.", "fx:MedicalSignCode"),
    "syndromes": Definition(
        "Syndromes that surveillance puts the event under, such as influenza-like illness.", "fx:SyndromeText"
    ),
    "agent": Definition("Germ or substance that caused the event.", "fx:HealthAgentText"),
    "patient_class": Definition(
        "In what way the facility sees the patient, after HL7 table 0004.", "fx:PatientClassCode"
    ),
    "complaint": Definition("Why the patient came to the facility, in the patient's words.", "fx:ChiefComplaintText"),
    "diagnoses": Definition("Diagnoses, in words or as codes of ICD-10-CM.", "fx:DiagnosisText"),
    "onset": Definition("When the illness began, in UTC.", "fx:HealthOnsetDate"),
    "cases": Definition("How many cases the event has.", "fx:HealthCaseQuantity"),
    "deaths": Definition("How many people died of it.", "fx:PatientDeathQuantity"),
    "reportable": Definition(
        "True when the law wants the condition reported to the health department.", "fx:ReportableConditionIndicator"
    ),
    "outbreak": Definition("True when the case is part of an outbreak.", "fx:OutbreakIndicator"),
}

FIRE_EVENT: Final[Definitions] = {
    "cause": Definition("Cause of the fire, coarse.", "fx:FireCauseCode"),
    "cause_text": Definition("Cause of the fire in the department's words.", "fx:FireCauseText"),
    "origin": Definition("Where the fire began: the room, the area, the vehicle's part.", "fx:FireOriginText"),
    "first_ignited": Definition("What caught fire first.", "fx:FireFirstIgnitedText"),
    "property_use": Definition("What the property was used for.", "fx:PropertyUseText"),
    "spread": Definition("How far the fire got.", "fx:FireSpreadCode"),
    "damage": Definition("How much of the building was damaged.", "fx:StructureDamageCode"),
    "controlled": Definition("When the fire was under control, in UTC.", "fx:FireControlDate"),
    "stories": Definition("How many stories the building has above ground.", "fx:BuildingStoryQuantity"),
    "acres_burned": Definition("Area that burned, in acres.", "fx:AcresBurnedNumeric"),
    "property_loss_dollars": Definition(
        "Estimated loss of buildings, vehicles and land in US dollars.", "fx:PropertyLossAmount"
    ),
    "contents_loss_dollars": Definition("Estimated loss of what stood in them in US dollars.", "fx:ContentsLossAmount"),
    "detector_present": Definition(
        "True when there was a smoke or heat detector, working or not.", "fx:DetectorIndicator"
    ),
    "hazardous_release": Definition(
        "Hazardous material that was released, and how much of it.", "fx:HazardousReleaseText"
    ),
    "civilians_injured": Definition("How many civilians were injured.", "fx:CivilianInjuryQuantity"),
    "civilians_killed": Definition("How many civilians died.", "fx:CivilianDeathQuantity"),
    "responders_injured": Definition("How many responders were injured.", "fx:ResponderInjuryQuantity"),
    "responders_killed": Definition("How many responders died.", "fx:ResponderDeathQuantity"),
}
