"""Definitions of what only suspicious activity reports, lookouts, alerts and tips tell."""

from typing import Final

from gateway.model.dictionary.definition import Definition, Definitions

__all__ = ["ALERT", "LOOKOUT", "SUSPICIOUS_ACTIVITY", "TIP"]

SUSPICIOUS_ACTIVITY: Final[Definitions] = {
    "behaviors": Definition(
        "What was done that made it suspicious, by the sixteen behaviors of the ISE-SAR functional standard.",
        "j:SuspiciousActivityCode",
    ),
    "target_sectors": Definition("Sectors of what the behavior was directed at.", "j:TargetSectorCode"),
    "tip_domain": Definition("Field of threats that the report belongs to.", "j:TipDomainCode"),
    "stage": Definition("How far the submitting agency had reviewed the report when it sent it.", "fx:ReviewStageCode"),
    "articulable_facts": Definition(
        "Facts that make behavior suspicious which may also be innocent or protected by the First Amendment.",
        "fx:ArticulableFactsText; ISE-SAR functional standard",
    ),
    "privacy_fields": Definition(
        "True when the agency flagged that fields of the report hold personal information.",
        "fx:PrivacyFieldIndicator",
    ),
}

LOOKOUT: Final[Definitions] = {
    "category": Definition("What is looked for, and why.", "fx:LookoutCategoryCode"),
    "action": Definition("What whoever finds the subject is asked to do.", "fx:LookoutActionCode"),
    "cautions": Definition("Dangers to reckon with on meeting whom or what is looked for.", "fx:LookoutCautionCode"),
    "caution_text": Definition("The dangers in the agency's words.", "j:SubjectCautionInformationText"),
    "reason": Definition("Why the lookout was issued: the offense, the warrant, the worry.", "fx:LookoutReasonText"),
    "instructions": Definition(
        "How to proceed on a sighting: whom to call, what not to do.", "fx:LookoutInstructionsText"
    ),
    "extradition": Definition(
        "From how far away the agency will fetch the person, in its words.", "j:SubjectExtraditionText"
    ),
    "warrant_number": Definition("Number of the warrant behind the lookout.", "fx:LookoutWarrantID"),
    "last_seen": Definition("When the person, vehicle or thing was last seen, in UTC.", "fx:LookoutLastSeenDate"),
    "effective": Definition("From when on the lookout holds, in UTC.", "nc:EffectiveDate"),
    "expires": Definition("From when on the lookout no longer holds, in UTC.", "nc:ExpirationDate"),
    "contact": Definition(
        "Whom to tell of a sighting: desk, officer, telephone.", "nc:ContactInformationDescriptionText"
    ),
}

ALERT: Final[Definitions] = {
    "status": Definition(
        "Whether the alert is actual or an exercise, a test, a draft or for systems only.",
        "fx:AlertStatusCode; CAP 1.2, 3.2.1",
    ),
    "message_type": Definition(
        "Whether it is a first alert or updates, cancels, acknowledges or rejects earlier ones.",
        "em:AlertCategoryCode; CAP 1.2, 3.2.1",
    ),
    "scope": Definition(
        "Whether the alert is for everybody, for a restricted circle or for named addresses only.",
        "fx:AlertScopeCode; CAP 1.2, 3.2.1",
    ),
    "categories": Definition(
        "Fields that the event belongs to: weather, fire, health, infrastructure.",
        "em:AlertEventDetailsCategoryCode; CAP 1.2, 3.2.2",
    ),
    "responses": Definition(
        "What people are advised to do.", "em:AlertEventDetailsResponseRecommendationCode; CAP 1.2, 3.2.2"
    ),
    "urgency": Definition("How soon to act.", "em:AlertEventDetailsUrgencyCode; CAP 1.2, 3.2.2"),
    "severity": Definition(
        "How great a threat to life and property it is.", "em:AlertEventDetailsSeverityCode; CAP 1.2, 3.2.2"
    ),
    "certainty": Definition(
        "How sure it is that the event happens.", "em:AlertEventDetailsCertaintyCode; CAP 1.2, 3.2.2"
    ),
    "event": Definition(
        "Type of the event in the issuer's words, such as Tornado Warning.", "em:AlertReasonText; CAP 1.2, 3.2.2"
    ),
    "headline": Definition("The alert in one line.", "em:AlertHeadlineText; CAP 1.2, 3.2.2"),
    "description": Definition("The hazard at length.", "em:AlertEventDetailsDescriptionText; CAP 1.2, 3.2.2"),
    "instructions": Definition(
        "What people should do, at length.", "em:AlertInstructionsDescriptionText; CAP 1.2, 3.2.2"
    ),
    "audience": Definition(
        "Whom the alert is meant for, in words.", "em:AlertEventDetailsAudienceDescriptionText; CAP 1.2, 3.2.2"
    ),
    "language": Definition(
        "Language of the alert's texts, as a tag of RFC 5646.", "fx:AlertLanguageID; CAP 1.2, 3.2.2"
    ),
    "sender": Definition("Identifier of who issued the alert.", "fx:AlertSenderID; CAP 1.2, 3.2.1"),
    "effective": Definition(
        "From when on the alert's information holds, in UTC.", "em:AlertEffectiveDateTime; CAP 1.2, 3.2.2"
    ),
    "onset": Definition(
        "When the event is expected to begin, in UTC.", "em:AlertEventDetailsOnsetDateTime; CAP 1.2, 3.2.2"
    ),
    "expires": Definition(
        "When the alert's information runs out, in UTC.", "em:AlertExpirationDateTime; CAP 1.2, 3.2.2"
    ),
    "web": Definition("Address of a page that says more about the alert.", "fx:AlertWebsiteText; CAP 1.2, 3.2.2"),
    "contact": Definition("Whom to ask about the alert.", "nc:ContactInformationDescriptionText; CAP 1.2, 3.2.2"),
    "references": Definition(
        "The alerts that this one updates, cancels or answers, each as sender, identifier and time of sending.",
        "fx:AlertReferenceText; CAP 1.2, 3.2.1",
    ),
}

TIP: Final[Definitions] = {
    "domain": Definition("Field of threats that the tip belongs to.", "j:TipDomainCode"),
    "classes": Definition("What the tip is about, by code.", "j:TipClassCode"),
    "subclass": Definition("What the tip is about, more closely and in words.", "j:TipSubclassText"),
    "channel": Definition("By what way the tip reached the center.", "fx:TipChannelCode"),
    "anonymous": Definition("True when whoever gave the tip did not say who they are.", "fx:TipAnonymousIndicator"),
    "may_call_back": Definition("True when whoever gave the tip agreed to be asked again.", "fx:TipCallBackIndicator"),
    "reliability": Definition(
        "How far the source can be relied on, as a letter of the admiralty scale from A to F.",
        "fx:SourceReliabilityCode",
    ),
    "validity": Definition(
        "How far other sources bear the information out, as a digit of the admiralty scale from 1 to 6.",
        "fx:InformationValidityCode",
    ),
}
