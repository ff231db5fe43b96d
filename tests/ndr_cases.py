"""For each rule of the NDR that a program checks: a snippet that keeps it, and the same snippet when it breaks it.

A keeping snippet that stands in the parade schema is replaced there by the breaking one; any other pair is put at the
schema's end, one after the other. All content is invented.
"""

from typing import NamedTuple

NDR = "https://docs.oasis-open.org/niemopen/ns/specification/NDR/6.0/#"
PARADE = "parade.xsd"
CORE = "niem-core.xsd"
OUTSIDE = "outside.xsd"
STRUCTURES = "utility/structures.xsd"
RING = "a ring of documents beside the others"
MESSAGE = "the declared message element"
ROOT = "{https://parade.example/niem/parade/1.0/}Parade"


def says(text: str) -> str:
    return f"<xs:annotation><xs:documentation>{text}</xs:documentation></xs:annotation>"


def element(name: str, attributes: str = 'type="nc:TextType"', text: str = "A fact about a parade.") -> str:
    return f'<xs:element name="{name}" {attributes} nillable="true">{says(text)}</xs:element>'


def attribute(name: str, attributes: str = 'type="xs:token"', text: str = "A fact about a parade.") -> str:
    return f'<xs:attribute name="{name}" {attributes}>{says(text)}</xs:attribute>'


def point(name: str) -> str:
    text = says("An augmentation point for a type.")
    return f'<xs:element name="{name}AugmentationPoint" abstract="true">{text}</xs:element>'


def refer(name: str) -> str:
    return f'<xs:element ref="{name}" minOccurs="0" maxOccurs="unbounded"/>'


def complex_type(name: str, base: str, particles: str = "", text: str = "A data type for a part of a parade.") -> str:
    sequence = f"<xs:sequence>{particles}</xs:sequence>" if particles else ""
    content = f'<xs:complexContent><xs:extension base="{base}">{sequence}</xs:extension></xs:complexContent>'
    return f'<xs:complexType name="{name}">{says(text)}{content}</xs:complexType>'


def object_type(name: str, base: str = "structures:ObjectType") -> str:
    """An object type with its augmentation point."""
    own = name.removesuffix("Type")
    return complex_type(name, base, refer(f"p:{own}AugmentationPoint")) + point(own)


GROUP = '<xs:attributeGroup ref="structures:SimpleObjectAttributeGroup"/>'


def simple_content(name: str, base: str, inside: str = GROUP, how: str = "extension") -> str:
    content = f'<xs:simpleContent><xs:{how} base="{base}">{inside}</xs:{how}></xs:simpleContent>'
    return f'<xs:complexType name="{name}">{says("A data type for a part of a parade.")}{content}</xs:complexType>'


def simple_type(name: str, inside: str) -> str:
    return f'<xs:simpleType name="{name}">{says("A data type for a part of a parade.")}{inside}</xs:simpleType>'


def restriction(base: str = "xs:token", facets: str = "") -> str:
    return f'<xs:restriction base="{base}">{facets}</xs:restriction>'


def code(value: str, kind: str = "enumeration") -> str:
    return f'<xs:{kind} value="{value}">{says(f"The code {value}.")}</xs:{kind}>'


_FLOAT = f'<xs:element ref="out:float">{says("A float as the builders of floats describe it.")}</xs:element>'
_PARADE_PARTICLES = refer("p:ParadeName") + refer("nc:Person") + refer("p:ParadeKindAbstract")
_MODEL = "https://docs.oasis-open.org/niemopen/ns/model/"

SCHEMA = f"""<xs:schema
  targetNamespace="https://parade.example/niem/parade/1.0/"
  version="1"
  xml:lang="en-US"
  ct:conformanceTargets="{NDR}ExtensionSchemaDocument"
  xmlns:appinfo="{_MODEL}appinfo/6.0/"
  xmlns:ct="https://docs.oasis-open.org/niemopen/ns/specification/conformanceTargets/6.0/"
  xmlns:nc="{_MODEL}niem-core/6.0/"
  xmlns:niem-xs="{_MODEL}adapters/niem-xs/6.0/"
  xmlns:out="urn:outside:floats"
  xmlns:p="https://parade.example/niem/parade/1.0/"
  xmlns:structures="{_MODEL}structures/6.0/"
  xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:annotation><xs:documentation>Parades and who walks in them.</xs:documentation>
    <xs:appinfo><appinfo:LocalTerm term="KM" literal="Kilometre"/></xs:appinfo></xs:annotation>
  <xs:import namespace="{_MODEL}niem-core/6.0/" schemaLocation="niem-core.xsd"/>
  <xs:import namespace="{_MODEL}adapters/niem-xs/6.0/" schemaLocation="adapters/niem-xs.xsd"/>
  <xs:import namespace="{_MODEL}structures/6.0/" schemaLocation="utility/structures.xsd"/>
  <xs:import namespace="urn:outside:floats" schemaLocation="outside.xsd" appinfo:externalImportIndicator="true">{says("Floats.")}</xs:import>
  {complex_type("ParadeType", "structures:ObjectType", _PARADE_PARTICLES + refer("p:ParadeAugmentationPoint"))}
  {complex_type("ParadePersonAssociationType", "nc:AssociationType", refer("p:Parade") + refer("nc:Person") + refer("p:ParadePersonAssociationAugmentationPoint"), "A data type for an association between a parade and a person.")}
  {complex_type("PersonAugmentationType", "structures:AugmentationType", refer("p:ParadeName"), "A data type for additional information about a person.")}
  {complex_type("FloatAdapterType", "structures:AdapterType", _FLOAT)}
  {simple_type("ParadeKindCodeSimpleType", restriction(facets=code("march") + code("float")))}
  {simple_content("ParadeKindCodeType", "p:ParadeKindCodeSimpleType")}
  {attribute("paradeRouteRef", 'type="xs:IDREFS" appinfo:referenceAttributeIndicator="true"', "A list of routes.")}
  {attribute("bandQuantity", 'type="xs:integer"', "A count of the bands.")}
  {element("Parade", 'type="p:ParadeType"', "A procession through streets.")}
  {element("ParadeKindCode", 'type="p:ParadeKindCodeType" substitutionGroup="p:ParadeKindAbstract"', "A kind of parade.")}
  {element("ParadeName", text="A name of a parade.")}
  {element("ParadeStartDate", 'type="nc:DateType"', "A date on which a parade starts.")}
  {element("ParadePersonAssociation", 'type="p:ParadePersonAssociationType"', "An association of parade and person.")}
  {element("PersonAugmentation", 'type="p:PersonAugmentationType" substitutionGroup="nc:PersonAugmentationPoint"', "Additional information about a person.")}
  {element("FloatAdapter", 'type="p:FloatAdapterType"', "A float.")}
  <xs:element name="ParadeKindAbstract" abstract="true">{says("A data concept for a kind of parade.")}</xs:element>
  {point("Parade")}
  {point("ParadePersonAssociation")}
</xs:schema>"""  # noqa: E501

FLOATS = """<xs:schema targetNamespace="urn:outside:floats" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="float" type="xs:string"/><xs:attribute name="wheels" type="xs:int"/>
  <xs:attribute name="key" type="xs:ID"/>
</xs:schema>"""


class Case(NamedTuple):
    """One rule, the snippet that keeps it, the snippet that breaks it, and the document in which they stand."""

    rule: str
    keeps: str
    breaks: str
    document: str = PARADE


def defined(rule: str, name: str, keeps: str, breaks: str, attributes: str = 'type="nc:TextType"') -> Case:
    """A case about the definition of an element."""
    return Case(rule, element(name, attributes, keeps), element(name, attributes, breaks))


def swap(rule: str, keeps: str, breaks: str, document: str = PARADE) -> Case:
    """A case that replaces what stands in the parade schema."""
    return Case(rule, keeps, breaks, document)


_ASSERTION = f'ct:conformanceTargets="{NDR}ExtensionSchemaDocument"'
_WHEELS = f'<xs:attribute ref="out:wheels">{says("A count of wheels.")}</xs:attribute>'
_ANYTHING = '<xs:any namespace="##other" processContents="strict"/>'
_LISTED = simple_type("ParadeNamesSimpleType", '<xs:list itemType="xs:token"/>')
_MEMBERS = simple_type("ParadeAnySimpleType", restriction()) + simple_type(
    "ParadeUnionSimpleType", '<xs:union memberTypes="p:ParadeAnySimpleType"/>'
)
_PERSON_END = refer("p:ParadeAugmentationPoint") + "</xs:sequence>"
_TERM = '<appinfo:LocalTerm term="KM" literal="Kilometre"/>'
_KM = f"<xs:appinfo>{_TERM}</xs:appinfo>"
_FLOATS_IMPORT = 'schemaLocation="outside.xsd" appinfo:externalImportIndicator="true"'
_START = element("ParadeStartDate", 'type="nc:DateType"', "A date on which a parade starts.")

CASES = (
    # 7.1 names
    Case("7-1", element("ParadeMood"), element("paradeName")),
    Case("7-2", element("ParadeMoodText"), element("ParadeMoodType")),
    Case("7-3", attribute("paradeMood"), attribute("paradeAugmentation")),
    Case(
        "7-4",
        complex_type("BandAdapterType", "structures:AdapterType", _FLOAT),
        complex_type("BandType", "structures:AdapterType", _FLOAT),
    ),
    Case("7-5", object_type("BandType"), object_type("BandAssociationType")),
    Case(
        "7-6",
        simple_content("MarkedCodeType", "p:ParadeKindCodeType", '<xs:attribute ref="p:bandQuantity"/>'),
        simple_content("MarkedTextType", "p:ParadeKindCodeType", '<xs:attribute ref="p:bandQuantity"/>'),
    ),
    Case("7-7", simple_content("BandTextType", "xs:token"), object_type("BandSimpleType")),
    Case(
        "7-8",
        simple_type("BandCodeSimpleType", restriction(facets=code("brass"))),
        simple_type("BandCodeSimpleType", restriction()),
    ),
    Case(
        "7-9",
        simple_type("BandCodeSimpleType", restriction(facets=code("brass"))),
        simple_type("BandSimpleType", restriction(facets=code("brass"))),
    ),
    swap("7-10", 'name="ParadeKindAbstract"', 'name="ParadeKind"'),
    Case("7-11", element("BandAssociation", 'type="nc:AssociationType"'), element("Band", 'type="nc:AssociationType"')),
    Case("7-12", element("BandCode", 'type="p:ParadeKindCodeType"'), element("BandCode")),
    Case("7-13", element("ParadeMoodText"), element("ParadeMoodLiteral")),
    Case("7-14", attribute("routeText"), attribute("routeRef")),
    Case("7-16", element("ParadeMoodText"), element("ParadeMoodÄText")),
    Case("7-17", element("Parade5.1Text"), element("Parade_moodText")),
    Case("7-18", attribute("moodText"), attribute("MoodText")),
    Case("7-19", element("MoodText"), element("moodText")),
    Case("7-30", element("ParadeNickName"), element("ParadeNameName")),
    Case("7-31", element("ParadeMoodText"), element("ParadeMood")),
    Case("7-34", element("ParadeID"), element("ParadeIdentifier")),
    swap("7-36", 'term="KM" literal="Kilometre"', 'term="KM"'),
    # 7.2 definitions
    swap("7-37", "<xs:documentation>Parades and who walks in them.</xs:documentation>", ""),
    swap("7-38", says("A name of a parade."), ""),
    swap("7-39", says("The code march."), ""),
    Case(
        "7-40",
        simple_type("BandSimpleType", restriction(facets=code("[a-z]", "pattern"))),
        simple_type("BandSimpleType", restriction(facets='<xs:pattern value="[a-z]"/>')),
    ),
    swap("7-41", 'xml:lang="en-US"', 'xml:lang="fr"'),
    swap("7-48", "A data concept for a kind of parade.", "A kind of parade."),
    swap("7-49", "An association of parade and person.", "A person in a parade."),
    swap("7-50", "A date on which a parade starts.", "A start of a parade."),
    swap("7-51", "A count of the bands.", "A band or more."),
    defined("7-52", "ParadePicture", "A colored photograph of a parade.", "A view of a parade."),
    defined("7-53", "ParadeIndicator", "True if it rains; false otherwise.", "True if it rains."),
    defined("7-54", "ParadeIdentification", "An identification of a parade.", "A number of a parade."),
    defined("7-55", "BandName", "An official name of a band.", "A word for a band."),
    defined("7-56", "BandText", "A text about a band.", "Something about a band."),
    swap(
        "7-57",
        "A data type for an association between a parade and a person.",
        "A data type for a person in a parade.",
    ),
    Case(
        "7-58",
        simple_type("BandSimpleType", restriction()),
        f'<xs:simpleType name="BandSimpleType">{says("Bands.")}{restriction()}</xs:simpleType>',
    ),
    swap("7-59", code("float"), code("march")),
    # 8 namespaces
    swap("8-1", 'targetNamespace="https://parade.example/niem/parade/1.0/"', 'targetNamespace="parade/1.0/"'),
    swap(
        "8-2",
        'targetNamespace="https://parade.example/niem/parade/1.0/"',
        'targetNamespace="https://docs.oasis-open.org/niemopen/ns/model/domains/parade/6.0/"',
    ),
    swap(
        "8-3",
        'targetNamespace="https://parade.example/niem/parade/1.0/"',
        'targetNamespace="https://parade.example/niem/parade/1.0"',
    ),
    swap(
        "8-4",
        'targetNamespace="https://parade.example/niem/parade/1.0/"',
        'targetNamespace="https://parade.example/niem/parade/"',
    ),
    swap(
        "8-6",
        'targetNamespace="https://parade.example/niem/parade/1.0/"',
        'targetNamespace="https://parade.example/niem/parade/2.0/"',
    ),
    swap("8-7", 'version="1"', 'version=" "'),
    swap("8-8", 'xml:lang="en-US"', 'xml:lang="en_US"'),
    swap("8-9", _ASSERTION, f'ct:conformanceTargets="{NDR}ExtensionSchemaDocument {NDR}ReferenceSchemaDocument"'),
    swap("8-13", _ASSERTION, 'ct:conformanceTargets="https://parade.example/conformance"'),
    Case(
        "8-14",
        element("BandText", 'type="nc:TextType" appinfo:referenceCode="ANY"'),
        element("BandText", 'type="nc:TextType" appinfo:referenceCode="NONE"'),
    ),
    swap("8-15", f"{NDR}SubsetSchemaDocument", "https://parade.example/conformance", CORE),
    # 9.1 profile
    swap("9-1", _ASSERTION, f'ct:conformanceTargets="{NDR}ExtensionSchemaDocument parade"'),
    swap("9-2", "<xs:annotation><xs:documentation>Parades", f"<xs:annotation {_ASSERTION}><xs:documentation>Parades"),
    Case("9-3", element("BandText"), '<xs:element nickname="Band"/>'),
    swap("9-4", SCHEMA, "<parade/>"),
    Case("9-5", element("BandText"), f'<xs:attributeGroup name="Bands">{says("A group.")}</xs:attributeGroup>'),
    Case("9-6", simple_content("BandTextType", "xs:token"), simple_content("BandTextType", "xs:IDREF")),
    Case("9-7", _LISTED, _LISTED.replace("xs:token", "xs:IDREF")),
    Case("9-8", _MEMBERS, _MEMBERS.replace('memberTypes="', 'memberTypes="xs:ID ')),
    Case("9-9", attribute("bandText"), attribute("bandText", 'type="xs:ENTITY"')),
    Case(
        "9-10",
        object_type("BandType"),
        object_type("BandType").replace('name="BandType"', 'name="BandType" mixed="true"'),
    ),
    Case("9-11", object_type("BandType"), f'<xs:complexType name="BandType">{says("A data type.")}</xs:complexType>'),
    Case("9-12", object_type("BandType"), object_type("BandType", "nc:TextType")),
    Case("9-13", element("BandText"), element("BandText", "")),
    Case("9-14", element("BandText"), element("BandText", 'type="xs:token"')),
    Case("9-15", element("BandText"), element("BandCode", 'type="p:ParadeKindCodeSimpleType"')),
    Case("9-16", attribute("bandText"), attribute("bandText", "")),
    Case("9-17", element("BandText"), element("BandText", 'type="nc:TextType" default="brass"')),
    Case(
        "9-18", object_type("BandType"), object_type("BandType").replace("<xs:sequence>", '<xs:sequence minOccurs="0">')
    ),
    swap(
        "9-19",
        refer("p:ParadeName") + refer("nc:Person") + refer("p:ParadeKindAbstract"),
        refer("p:ParadeName") + "<xs:choice><xs:choice>" + refer("nc:Person") + "</xs:choice></xs:choice>",
    ),
    swap(
        "9-20",
        refer("p:ParadeName") + refer("nc:Person") + refer("p:ParadeKindAbstract"),
        f'<xs:choice maxOccurs="unbounded">{refer("nc:Person")}</xs:choice>',
    ),
    Case("9-21", element("BandText"), "<!-- bands -->"),
    swap("9-22", "<xs:documentation>Parades and", "<xs:documentation>Parades <b>and</b>"),
    Case("9-23", element("BandText"), "<xs:import/>"),
    swap("9-24", 'schemaLocation="niem-core.xsd"', 'schemaLocation="https://parade.example/niem-core.xsd"'),
    # 9.2 types
    Case("9-25", object_type("BandType"), object_type("BandKind")),
    Case("9-26", simple_type("BandSimpleType", restriction()), simple_type("BandType", restriction())),
    Case("9-27", object_type("BandType"), f'<xs:complexType name="BandType">{says("A data type.")}</xs:complexType>'),
    Case(
        "9-28",
        object_type("BandType"),
        f'<xs:complexType name="BandType">{says("A data type.")}<xs:sequence>{refer("nc:Person")}</xs:sequence>'
        "</xs:complexType>",
    ),
    Case(
        "9-29",
        element("BandText"),
        f'<xs:element name="Band" nillable="true">{says("A band.")}<xs:complexType/></xs:element>',
    ),
    Case("9-30", object_type("BandType"), object_type("BandType", "xs:anyType")),
    swap("9-31", 'base="structures:AdapterType"', 'base="structures:ObjectType"'),
    Case(
        "9-32",
        complex_type("BandAssociationType", "nc:AssociationType"),
        complex_type("BandAssociationType", "structures:ObjectType"),
    ),
    swap("9-33", 'base="structures:AugmentationType"', 'base="structures:ObjectType"'),
    Case("9-34", object_type("BandType"), object_type("BandType", "structures:AssociationType")),
    Case("9-35", simple_content("BandTextType", "xs:token"), simple_content("BandTextType", "xs:token", "")),
    swap("9-36", f'<xs:import namespace="{_MODEL}niem-core/6.0/" schemaLocation="niem-core.xsd"/>', ""),
    swap("9-37", refer("nc:Person") + refer("p:ParadeKindAbstract"), refer("out:float")),
    Case(
        "9-38",
        simple_content("BandTextType", "xs:token"),
        simple_content("BandTextType", "xs:token", '<xs:attributeGroup ref="p:Bands"/>'),
    ),
    Case("9-39", _LISTED, _LISTED.replace("xs:token", "out:wheel")),
    Case("9-40", _MEMBERS, _MEMBERS.replace('memberTypes="p:', 'memberTypes="out:wheel p:')),
    # 9.3 declarations
    Case("9-41", element("BandText"), element("BandLiteral")),
    swap("9-42", refer("nc:Person") + refer("p:ParadeKindAbstract"), element("BandText")),
    Case("9-43", element("BandText"), element("BandCode", 'type="p:ParadeKindCodeSimpleType"')),
    Case("9-44", element("BandText"), element("BandText", 'type="out:wheelType"')),
    Case("9-45", element("BandText"), element("BandText", 'type="nc:TextType" substitutionGroup="out:float"')),
    Case("9-46", element("Band", 'type="p:ParadeType"'), element("Band", 'type="structures:ObjectType"')),
    Case("9-47", attribute("bandText"), attribute("bandText", 'type="xs:IDREFS"')),
    # 9.4, 9.5 adapters and proxies
    swap("9-48", _FLOATS_IMPORT, 'schemaLocation="outside.xsd"'),
    swap("9-49", says("Floats."), ""),
    swap(
        "9-50",
        f'<xs:extension base="structures:AdapterType"><xs:sequence>{_FLOAT}</xs:sequence></xs:extension>',
        '<xs:extension base="structures:AdapterType"/>',
    ),
    swap("9-51", _FLOAT, refer("nc:Person")),
    Case(
        "9-52",
        complex_type("BandAdapterType", "structures:AdapterType", _FLOAT),
        complex_type("BandAdapterType", "p:FloatAdapterType", _FLOAT),
    ),
    swap("9-53", _FLOAT + "</xs:sequence>", _FLOAT + '</xs:sequence><xs:attribute ref="out:wheels"/>'),
    swap(
        "9-54",
        _FLOAT + "</xs:sequence>",
        _FLOAT + f'</xs:sequence><xs:attribute ref="out:key">{says("A key.")}</xs:attribute>',
    ),
    swap("9-55", _FLOAT, '<xs:element ref="out:float"/>'),
    Case("9-56", simple_content("token", "xs:token"), simple_content("word", "xs:token")),
    Case(
        "9-57",
        simple_content("token", "xs:token"),
        simple_content("token", "xs:token", GROUP + '<xs:attribute ref="p:bandQuantity"/>'),
    ),
    # 9.6 augmentations
    swap("9-58", 'complexType name="PersonAugmentationType"', 'complexType name="PersonMoreType"'),
    swap("9-59", 'element name="PersonAugmentation"', 'element name="PersonMore"'),
    Case("9-60", element("BandText"), element("BandAugmentationPoint", "") + object_type("BandType")),
    swap("9-61", "An augmentation point for a type.", "A point for a type."),
    swap(
        "9-62",
        "Additional information about a person.</xs:documentation></xs:annotation></xs:element>",
        "A bit about a person.</xs:documentation></xs:annotation></xs:element>",
    ),
    swap("9-63", "A data type for additional information about a person.", "A data type for a bit about a person."),
    Case("9-64", object_type("BandType"), complex_type("BandType", "structures:ObjectType", refer("nc:Person"))),
    Case(
        "9-65",
        object_type("BandType"),
        complex_type("BandType", "structures:ObjectType", refer("p:ParadeAugmentationPoint")),
    ),
    Case("9-66", object_type("BandType"), point("Band")),
    Case(
        "9-67",
        object_type("BandType"),
        object_type("BandType").replace(
            'AugmentationPoint" abstract', 'AugmentationPoint" type="nc:TextType" abstract'
        ),
    ),
    Case(
        "9-68",
        object_type("BandType"),
        object_type("BandType").replace(
            'AugmentationPoint" abstract', 'AugmentationPoint" substitutionGroup="p:ParadeKindAbstract" abstract'
        ),
    ),
    Case(
        "9-69",
        object_type("BandType"),
        complex_type("BandType", "structures:ObjectType", refer("p:ParadeAugmentationPoint")),
    ),
    swap("9-70", _PERSON_END, '<xs:element ref="p:ParadeAugmentationPoint" minOccurs="0"/></xs:sequence>'),
    swap("9-71", _PERSON_END, refer("p:ParadeAugmentationPoint") + refer("nc:Person") + "</xs:sequence>"),
    swap("9-72", 'element name="PersonAugmentation"', 'element name="WalkerAugmentation"'),
    swap("9-73", 'type="p:PersonAugmentationType"', 'type="p:ParadeType"'),
    Case(
        "9-74",
        element("BandText"),
        element("BandText", 'type="nc:TextType" substitutionGroup="nc:ItemAugmentationPoint"'),
    ),
    Case(
        "9-75",
        element("BandText"),
        element("WalkerText", 'type="nc:TextType" substitutionGroup="nc:PersonAugmentationPoint"'),
    ),
    swap("9-76", refer("p:ParadeName") + refer("nc:Person"), refer("p:PersonAugmentation")),
    Case(
        "9-77",
        element("BandText"),
        element("ItemAugmentation", 'type="p:PersonAugmentationType" substitutionGroup="nc:ItemAugmentationPoint"'),
    ),
    swap("9-78", 'substitutionGroup="nc:PersonAugmentationPoint"', 'substitutionGroup="nc:ItemAugmentationPoint"'),
    Case(
        "9-79",
        complex_type("ItemAugmentationType", "structures:AugmentationType", refer("nc:Person")),
        complex_type("ItemAugmentationType", "structures:AugmentationType", _ANYTHING),
    ),
    # 9.7 to 9.9
    swap("9-80", _TERM, _TERM.replace("term=", 'appinfo:deprecated="true" term=')),
    swap("9-81", _KM, f"<xs:appinfo>kilometres{_TERM}</xs:appinfo>"),
    swap("9-82", _KM, f"<xs:appinfo><Term/>{_TERM}</xs:appinfo>"),
    swap("9-83", _KM, f'<xs:appinfo><xs:element name="Km"/>{_TERM}</xs:appinfo>'),
    Case("9-85", element("BandText"), element("BandText").replace("</xs:annotation>", f"{_KM}</xs:annotation>")),
    Case("9-94", element("BandText"), element("BandText").replace(' nillable="true"', "")),
    # 10, 11
    swap("10-1", _FLOATS_IMPORT, 'schemaLocation="outside.xsd"'),
    swap(
        "10-2",
        'xmlns:nc="https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"',
        'xmlns:p="https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"'
        ' xmlns:nc="https://docs.oasis-open.org/niemopen/ns/model/niem-core/6.0/"',
        CORE,
    ),
    swap("10-4", "", "ring", RING),
    swap("10-5", 'schemaLocation="adapters/niem-xs.xsd"', 'schemaLocation="outside.xsd"'),
    swap(
        "10-6",
        'schemaLocation="utility/structures.xsd"/>',
        'schemaLocation="utility/structures.xsd" appinfo:externalImportIndicator="true"/>',
    ),
    swap(
        "10-7",
        'xmlns:appinfo="https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/"',
        'xmlns:information="https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/" '
        'xmlns:appinfo="https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/"',
    ),
    swap(
        "10-8", refer("nc:Person") + refer("p:ParadeKindAbstract"), refer("nc:Nobody") + refer("p:ParadeKindAbstract")
    ),
    swap("10-9", '<xs:attribute name="uri" type="xs:anyURI">', '<xs:attribute name="uri" type="xs:token">', STRUCTURES),
    swap("11-1", ROOT, ROOT.replace("Parade", "Nothing"), MESSAGE),
)
