"""Mapping documents: how an agency's file becomes canonical records, in a closed vocabulary, without code."""

from gateway.mapping.catalog import load_mapping, load_mappings, recognize
from gateway.mapping.compiled import Mapped, Mapping, Rejected, compile_mapping
from gateway.mapping.document import MappingDocument, load_mapping_document
from gateway.mapping.examples import TestOutcome, run_tests
from gateway.mapping.ledger import LedgerRow
from gateway.mapping.reading import Reading
from gateway.mapping.schema import SCHEMA_FILE, schema_text

__all__ = [
    "SCHEMA_FILE",
    "LedgerRow",
    "Mapped",
    "Mapping",
    "MappingDocument",
    "Reading",
    "Rejected",
    "TestOutcome",
    "compile_mapping",
    "load_mapping",
    "load_mapping_document",
    "load_mappings",
    "recognize",
    "run_tests",
    "schema_text",
]
