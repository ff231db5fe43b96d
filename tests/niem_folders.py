"""Schema folders that say more than the shipped one: copies of it, with components added by text."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from gateway.niem.extension import EXTENSION_FILE

XSD = Path(__file__).resolve().parent.parent / "xsd"
CORE = "niem-core.xsd"
_APPINFO = 'xmlns:appinfo="https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/"'
_HANDLING = '<xs:element ref="fx:Handling" minOccurs="1" maxOccurs="1"/>'
_END = "</xs:schema>"


def changed_folder(folder: Path, changes: Mapping[str, tuple[tuple[str, str], ...]]) -> Path:
    """A copy of the shipped schema folder; `changes` gives, for each file, texts and what stands in their place."""
    copy = folder / "xsd"
    shutil.copytree(XSD, copy)
    for name, replacements in changes.items():
        path = copy / name
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
    return copy


def metadata_folder(folder: Path) -> Path:
    """With `nc:Metadata` in a report, and `nc:metadataRef` as an attribute of every object, by augmentation."""
    core = f"""
  <xs:attribute name="metadataRef" type="xs:IDREFS"/>
  <xs:attribute name="sourceURI" type="xs:anyURI"/>
  <xs:attribute name="remarkText" type="xs:string"/>
  <xs:element name="Metadata" type="nc:MetadataType" nillable="true"/>
  <xs:complexType name="MetadataType">
    <xs:complexContent>
      <xs:extension base="structures:ObjectType">
        <xs:sequence>
          <xs:element ref="nc:ConfidencePercent" minOccurs="0" maxOccurs="unbounded"/>
        </xs:sequence>
      </xs:extension>
    </xs:complexContent>
  </xs:complexType>
{_END}"""
    record = """<xs:annotation>
    <xs:appinfo>
      <appinfo:Augmentation appinfo:property="nc:metadataRef" appinfo:globalClassCode="OBJECT ASSOCIATION LITERAL"/>
      <appinfo:Augmentation property="nc:sourceURI" class="nc:PersonType"/>
    </xs:appinfo><xs:documentation>"""
    return changed_folder(
        folder,
        {
            CORE: ((_END, core),),
            EXTENSION_FILE: (
                ("<xs:schema", f"<xs:schema\n  {_APPINFO}"),
                ("<xs:annotation><xs:documentation>", record),
                (_HANDLING, f'{_HANDLING}<xs:element ref="nc:Metadata" minOccurs="0" maxOccurs="unbounded"/>'),
            ),
        },
    )


def coded_folder(folder: Path, **codes: str) -> Path:
    """With reference codes: `coded_folder(path, PersonType="REF")` gives types of NIEM core theirs."""
    changes = [("<xs:schema", f"<xs:schema\n  {_APPINFO}")]
    changes += [
        (f'<xs:complexType name="{name}"', f'<xs:complexType name="{name}" appinfo:referenceCode="{code}"')
        for name, code in codes.items()
    ]
    return changed_folder(folder, {CORE: tuple(changes)})
