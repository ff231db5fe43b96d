"""Definitions of what a record says of people, organizations and things."""

from typing import Final

from gateway.model.dictionary.definition import Definition, Definitions

__all__ = ["ENTITY", "ITEM", "ORGANIZATION", "PERSON", "VEHICLE"]

ENTITY: Final[Definitions] = {
    "ref": Definition(
        "Local name of the thing within its record, given by the mapping document; relations join things by it.",
        "structures:id",
    ),
}

PERSON: Final[Definitions] = {
    "given_name": Definition("First name of the person.", "nc:PersonGivenName"),
    "middle_name": Definition("Middle name or initial of the person.", "nc:PersonMiddleName"),
    "surname": Definition("Family name of the person.", "nc:PersonSurName"),
    "name_suffix": Definition(
        "What follows the family name, such as Jr or III; no title and no degree.", "nc:PersonNameSuffixText"
    ),
    "full_name": Definition(
        "Whole name of the person as the agency wrote it in one field, in the agency's order of its parts.",
        "nc:PersonFullName",
    ),
    "aliases": Definition(
        "Other names that the person goes by: street names, maiden names, monikers.", "nc:PersonFullName"
    ),
    "birth_date": Definition("Day on which the person was born; a calendar day without zone.", "nc:PersonBirthDate"),
    "age_low_years": Definition(
        "Least age of the person in years at the time of the event; equal to the greatest where the age is known.",
        "nc:RangeMinimumIntegerValue",
    ),
    "age_high_years": Definition(
        "Greatest age of the person in years at the time of the event.", "nc:RangeMaximumIntegerValue"
    ),
    "sex": Definition("Sex of the person as the agency recorded it.", "j:PersonSexCode"),
    "race": Definition(
        "Race of the person as the agency recorded it; Hispanic or Latino is one of the values.",
        "j:PersonRaceCode",
    ),
    "eye_color": Definition("Color of the person's eyes.", "j:PersonEyeColorCode"),
    "hair_color": Definition("Color of the person's hair, or that there is none.", "j:PersonHairColorCode"),
    "height_inches": Definition("Height of the person in inches.", "nc:PersonHeightMeasure"),
    "weight_pounds": Definition("Weight of the person in pounds avoirdupois.", "nc:PersonWeightMeasure"),
    "description": Definition(
        "What the person looks like and wears beyond the coded features: scars, marks, tattoos, clothing.",
        "nc:PersonDescriptionText",
    ),
    "driver_license": Definition("Number of the person's driver license.", "j:DriverLicense"),
    "driver_license_state": Definition(
        "State that issued the driver license, as a two-letter USPS code.", "nc:JurisdictionText"
    ),
    "telephone": Definition(
        "Telephone number at which the person can be reached, as the agency wrote it.", "nc:TelephoneNumberFullID"
    ),
    "email": Definition("E-mail address of the person.", "nc:ContactEmailID"),
    "address": Definition(
        "Address at which the person gets mail, on one line; where the person lives is a place with a role.",
        "nc:AddressFullText",
    ),
}

ORGANIZATION: Final[Definitions] = {
    "name": Definition("Name of the agency, company or other body.", "nc:OrganizationName"),
    "category": Definition(
        "What sort of body it is, in the agency's words: police department, hospital, school.",
        "nc:OrganizationCategoryText",
    ),
    "ori": Definition(
        "Originating agency identifier of the body: nine characters that NCIC assigns to criminal justice agencies.",
        "j:OrganizationORIIdentification",
    ),
    "sector": Definition(
        "Sector that the body belongs to, by the codes for targets of the ISE-SAR functional standard.",
        "fx:OrganizationSectorCode",
    ),
    "telephone": Definition("Telephone number of the body, or of whom to ask for there.", "nc:TelephoneNumberFullID"),
    "email": Definition("E-mail address of the body, or of whom to write to there.", "nc:ContactEmailID"),
}

VEHICLE: Final[Definitions] = {
    "make": Definition("Maker of the vehicle, by name or by the code that the agency uses.", "nc:ItemMakeName"),
    "model": Definition("Model of the vehicle, as the agency wrote it.", "nc:ItemModelName"),
    "year": Definition("Model year of the vehicle, four digits.", "nc:ItemModelYearDate"),
    "color": Definition(
        "Main color of the vehicle, as the agency wrote it.",
        "nc:ConveyanceColorPrimaryText",
    ),
    "style": Definition("Body style of the vehicle, such as sedan or pickup.", "nc:ItemStyleText"),
    "vin": Definition(
        "Vehicle identification number: 17 characters since model year 1981, fewer before.", "nc:VehicleIdentification"
    ),
    "plate": Definition("What stands on the license plate.", "j:ConveyanceRegistrationPlateIdentification"),
    "plate_state": Definition(
        "State or province that issued the license plate, as a two-letter code.", "nc:JurisdictionText"
    ),
    "description": Definition(
        "What marks the vehicle out beyond its other fields: damage, stickers, equipment.", "nc:ItemDescriptionText"
    ),
}

ITEM: Final[Definitions] = {
    "category": Definition("What sort of thing it is.", "fx:ItemCategoryCode"),
    "status": Definition("What happened to the thing: stolen, recovered, seized, damaged.", "j:ItemStatusCode"),
    "make": Definition("Maker or brand of the thing.", "nc:ItemMakeName"),
    "model": Definition("Model of the thing, as its maker calls it.", "nc:ItemModelName"),
    "serial": Definition("Serial number of the thing.", "nc:ItemSerialIdentification"),
    "description": Definition("What the thing is, in the agency's words.", "nc:ItemDescriptionText"),
    "quantity": Definition("How many pieces of the thing there are.", "nc:ItemQuantity"),
    "value_dollars": Definition("Value of the thing in US dollars, as the agency recorded it.", "nc:ItemValueAmount"),
}
