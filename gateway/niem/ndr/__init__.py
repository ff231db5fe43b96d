"""The rules of the NIEM Naming and Design Rules 6.0 for schema documents, as tables, and their checker."""

from gateway.niem.ndr.checker import RULES, Finding, findings
from gateway.niem.ndr.documents import SchemaSet, Standing

__all__ = ["RULES", "Finding", "SchemaSet", "Standing", "findings"]
