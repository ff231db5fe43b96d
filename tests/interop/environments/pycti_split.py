"""Takes STIX bundles apart with pycti, OpenCTI's client; runs in that library's own environment.

Reads one bundle a line from standard input and writes one line of JSON for each: the objects that OpenCTI's importer
would be handed, in its order, and those that the library sets aside as incompatible.
"""

import json
import sys

from pycti.utils.opencti_stix2_splitter import OpenCTIStix2Splitter

for line in sys.stdin:
    _, incompatible, bundles = OpenCTIStix2Splitter().split_bundle_with_expectations(line)
    handed = [one for bundle in bundles for one in json.loads(bundle)["objects"]]
    print(json.dumps({"objects": handed, "incompatible": [one["id"] for one in incompatible]}), flush=True)
