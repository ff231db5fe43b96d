"""Imports STIX bundles with misp-stix; runs in that library's own environment, never in the product's.

Reads one bundle a line from standard input and writes one line of JSON for each: the MISP event, and what the library
says it could not do.
"""

import json
import sys

import stix2
from misp_stix_converter import ExternalSTIX2toMISPParser

for line in sys.stdin:
    parser = ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(stix2.parse(line, allow_custom=True))
    parser.parse_stix_bundle()
    errors = sorted({str(error) for found in parser.errors.values() for error in found})
    print(json.dumps({"event": json.loads(parser.misp_event.to_json()), "errors": errors}), flush=True)
