"""Schema folders that say more than the shipped one: copies of it, with components added by text."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from gateway.niem.extension import EXTENSION_FILE

XSD = Path(__file__).resolve().parent.parent / "xsd"
CORE = "niem-core.xsd"
_SENSITIVITY = '<xs:element ref="nc:SensitivityAbstract" minOccurs="0" maxOccurs="unbounded"/>'
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
    """With `nc:metadataRef` on literals too, `nc:sourceURI` on people, and a confidence in `nc:Metadata`."""
    core = f"""
  <xs:attribute name="sourceURI" type="xs:anyURI"/>
  <xs:attribute name="remarkText" type="xs:string"/>
{_END}"""
    record = """"OBJECT ASSOCIATION LITERAL"/>
      <appinfo:Augmentation property="nc:sourceURI" class="nc:PersonType"/>"""
    confidence = '<xs:element ref="nc:ConfidencePercent" minOccurs="0" maxOccurs="unbounded"/>'
    return changed_folder(
        folder,
        {
            CORE: ((_END, core), (_SENSITIVITY, f"{confidence}{_SENSITIVITY}")),
            EXTENSION_FILE: (('"OBJECT ASSOCIATION"/>', record),),
        },
    )


def coded_folder(folder: Path, **codes: str) -> Path:
    """With these reference codes alone: `coded_folder(path, PersonType="REF")` gives types of NIEM core theirs."""
    copy = changed_folder(folder, {})
    for path in copy.rglob("*.xsd"):
        text = re.sub(' appinfo:referenceCode="[A-Z]*"', "", path.read_text(encoding="utf-8"))
        for name, code in codes.items() if path.name == CORE else ():
            declared = f'<xs:complexType name="{name}"'
            assert declared in text, declared
            text = text.replace(declared, f'{declared} appinfo:referenceCode="{code}"', 1)
        path.write_text(text, encoding="utf-8")
    return copy
