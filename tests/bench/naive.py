"""What one would glue together from public packages for the same files: the yardstick of the benchmark.

csv, lxml's element tree, xmlschema, signxml, stix2 objects, stix2-validator, joserfc and sqlite3, each used as its
documentation shows, one commit for each record. It makes one view of an incident where the gateway makes its own.
"""

import csv
import io
import json
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import stix2
import xmlschema
from joserfc import jws
from joserfc.jwk import ECKey
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureMethod
from signxml.signer import XMLSigner
from stix2validator import ValidationOptions, validate_instance

from gateway import names
from gateway.niem.namespaces import NAMESPACES
from gateway.signing.keys import SigningKey
from gateway.stopwatch import Stopwatch

_ZONE = ZoneInfo("America/Los_Angeles")
_STRICT = ValidationOptions(strict=True, version="2.1")


@dataclass(frozen=True)
class NaiveTools:
    """What is made once: the compiled schema, the keys, the table."""

    schema: xmlschema.XMLSchema
    key_pem: bytes
    certificate_pem: bytes
    jws_key: ECKey
    center: stix2.Identity
    database: sqlite3.Connection


def make_tools(xsd: Path, key: SigningKey, key_pem: bytes, certificate_pem: bytes, database: Path) -> NaiveTools:
    """Compile the schema with xmlschema, open the store."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE objects(id TEXT, modified TEXT, body TEXT, UNIQUE(id, modified))")
    connection.execute("CREATE TABLE documents(id TEXT PRIMARY KEY, body BLOB)")
    return NaiveTools(
        schema=xmlschema.XMLSchema(str(xsd / "exchange" / "exchange.xsd")),
        key_pem=key_pem,
        certificate_pem=certificate_pem,
        jws_key=ECKey.import_key(key_pem),
        center=stix2.Identity(name="Benchmark Center", identity_class="organization"),
        database=connection,
    )


def run_naive(content: bytes, limit: int, tools: NaiveTools, watch: Stopwatch) -> int:
    """Take the first `limit` rows down the naive road; how many went."""
    with watch.stage("read"):
        rows = list(islice(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))), limit))
    for row in rows:
        _record(row, tools, watch)
    return len(rows)


def _record(row: dict[str, str], tools: NaiveTools, watch: Stopwatch) -> None:
    with watch.stage("map"):
        facts = _facts(row)
    with watch.stage("NIEM render"):
        tree = _niem(facts)
    with watch.stage("NIEM validate"):
        tools.schema.validate(tree)
    with watch.stage("NIEM sign"):
        signer = XMLSigner(
            signature_algorithm=SignatureMethod.ECDSA_SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signed = etree.tostring(signer.sign(tree, key=tools.key_pem, cert=tools.certificate_pem))
    with watch.stage("STIX render"):
        bundle = _stix(facts, tools.center)
        text = bundle.serialize()
    with watch.stage("STIX validate"):
        results = validate_instance(json.loads(text), _STRICT)
        assert results.is_valid, results
    with watch.stage("STIX sign"):
        signature = jws.serialize_compact({"alg": "ES256"}, text.encode(), tools.jws_key)
    with watch.stage("publish"):
        tools.database.execute("INSERT INTO documents VALUES(?,?)", (str(uuid.uuid4()), signed))
        for stix_object in bundle.objects:
            modified = str(getattr(stix_object, "modified", ""))
            tools.database.execute(
                "INSERT OR IGNORE INTO objects VALUES(?,?,?)", (stix_object.id, modified, stix_object.serialize())
            )
        tools.database.execute("INSERT INTO documents VALUES(?,?)", (bundle.id, signature.encode()))
        tools.database.commit()


def _facts(row: dict[str, str]) -> dict[str, Any]:
    def moment(text: str) -> datetime | None:
        if not text:
            return None
        return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=_ZONE).astimezone(UTC)

    return {
        "number": row["CAD Event Number"],
        "type": row["Final Call Type"].lstrip("-"),
        "first_type": row["Initial Call Type"],
        "disposition": row["Event Clearance Description"],
        "source": row["Call Type"],
        "priority": int(row["Priority"]),
        "queued": moment(row["Original Time Queued"]),
        "arrived": moment(row["Arrived Time"]),
        "precinct": row["Precinct"],
        "beat": row["Beat"],
        "latitude": float(row["Blurred_Latitude"]),
        "longitude": float(row["Blurred_Longitude"]),
    }


def _niem(facts: dict[str, Any]) -> Any:
    space = {prefix: f"{{{uri}}}" for prefix, uri in NAMESPACES.items()}

    def add(parent: Any, name: str, text: object | None = None, **attributes: str) -> Any:
        prefix, _, local = name.partition(":")
        element = etree.SubElement(parent, space[prefix] + local)
        for attribute, value in attributes.items():
            owner = "xsi" if attribute == "nil" else "structures"
            element.set(space[owner] + attribute, value)
        if text is not None:
            element.text = str(text)
        return element

    def dated(parent: Any, name: str, moment: datetime) -> None:
        add(add(parent, name), "nc:DateTime", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))

    now = datetime.now(UTC)
    root = etree.Element(space["fx"] + "IncidentReport", nsmap=dict(NAMESPACES))
    add(root, "nc:DocumentCategoryText", "Incident")
    dated(root, "nc:DocumentCreationDate", now)
    add(add(root, "nc:DocumentIdentification"), "nc:IdentificationID", f"urn:uuid:{uuid.uuid4()}")
    dated(root, "nc:DocumentLastModifiedDate", now)
    add(root, "nc:DocumentSensitivityText", "TLP:AMBER")
    add(
        add(add(root, "nc:DocumentSource"), "nc:EntityOrganization"), "nc:OrganizationName", "Seattle Police Department"
    )
    add(root, "nc:DocumentTitleText", facts["type"])
    marking = add(add(root, "cui:DocumentAugmentation"), "cui:DocumentMarkingMetadata")
    add(marking, "cui:BasicCategoryMarkingCode", "LEI")
    add(marking, "cui:DesignatingEntityText", "Benchmark Center")
    add(root, "nc:ReportID", facts["number"])
    add(add(root, "fx:Handling"), "fx:TrafficLightProtocolCode", "amber")
    incident = add(root, "nc:Incident", id="call")
    add(add(incident, "nc:ActivityIdentification"), "nc:IdentificationID", facts["number"])
    add(incident, "nc:ActivityCategoryText", facts["type"])
    add(incident, "nc:ActivityDescriptionText", f"First reported as {facts['first_type']}")
    add(add(incident, "nc:ActivityDisposition"), "nc:DispositionText", facts["disposition"])
    dated(incident, "nc:ActivityReportedDate", facts["queued"])
    add(add(incident, "j:IncidentAugmentation"), "j:IncidentSourceText", facts["source"])
    location = add(root, "nc:Location", id="scene")
    address = add(location, "nc:Address")
    add(address, "nc:AddressCityName", "Seattle")
    add(add(address, "nc:AddressState"), "usps:StateCode", "WA")
    point = add(location, "nc:Location2DGeospatialCoordinate")
    add(add(point, "nc:GeographicCoordinateLatitude"), "nc:LatitudeDegreeValue", f"{facts['latitude']:.7f}")
    add(add(point, "nc:GeographicCoordinateLongitude"), "nc:LongitudeDegreeValue", f"{facts['longitude']:.7f}")
    association = add(root, "j:ActivityLocationAssociation")
    add(association, "nc:Activity", ref="call", nil="true")
    add(association, "nc:Location", ref="scene", nil="true")
    return root


def _stix(facts: dict[str, Any], center: stix2.Identity) -> stix2.Bundle:
    extension = {
        names.RECORD_EXTENSION: {
            "extension_type": "property-extension",
            "priority": facts["priority"],
            "disposition": facts["disposition"],
            "beat": facts["beat"],
        }
    }
    common = {"created_by_ref": center.id, "object_marking_refs": [stix2.TLP_AMBER.id]}
    incident = stix2.Incident(name=facts["type"], description=facts["first_type"], extensions=extension, **common)
    location = stix2.Location(
        name=facts["precinct"],
        city="Seattle",
        country="US",
        region="northern-america",
        administrative_area="US-WA",
        latitude=facts["latitude"],
        longitude=facts["longitude"],
        **common,
    )
    link = stix2.Relationship(incident, "related-to", location, **common)
    report = stix2.Report(
        name=facts["number"],
        published=facts["queued"],
        report_types=["threat-report"],
        object_refs=[incident.id, location.id, link.id],
        **common,
    )
    return stix2.Bundle(center, stix2.TLP_AMBER, incident, location, link, report)
