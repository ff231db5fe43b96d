"""Every name that the outside sees, once: namespaces, URI paths, extension ids, file names."""

from typing import Final

# NIEM -----------------------------------------------------------------------------------------------------------

BASE_URI: Final = "https://fusion-exchange.example/"
"""Base of the extension namespace until the owner of the product sets another; one command regenerates the schemas."""

EXTENSION_NAMESPACE: Final = f"{BASE_URI}niem/exchange/1.0/"
"""Namespace of our NIEM extension and message schemas (NDR 6.0 rules 8-1 to 8-4: absolute, slash, versioned)."""

EXTENSION_PREFIX: Final = "fx"

NIEM_MEDIA_TYPE: Final = "application/xml"

# STIX -----------------------------------------------------------------------------------------------------------

RECORD_EXTENSION: Final = "extension-definition--d0405a58-bdac-4d4f-aff3-ef7b6d905f0c"
PERSON_EXTENSION: Final = "extension-definition--0b98229d-e72a-49e5-a6cb-df989aa34264"
ITEM_EXTENSION: Final = "extension-definition--ce7e8e1d-dcdd-4d67-9f1d-dd6e17cabe62"
ROLE_EXTENSION: Final = "extension-definition--b345a25d-5e13-482b-b2bc-a67375288448"
INTEGRITY_EXTENSION: Final = "extension-definition--0206232b-527f-44e5-977c-cb0c8cb678b1"
"""Ids of our property-extensions. Fixed for good: partners store them."""

PRODUCT_IDENTITY: Final = "identity--0619f464-86c5-4ce3-ab66-787c456868b9"
"""Who defines the extensions: the product, not a center, so that their definitions are the same bytes everywhere."""

EXTENSIONS_CREATED: Final = "2026-11-22T00:00:00.000Z"
EXTENSIONS_MODIFIED: Final = "2026-11-22T00:00:00.000Z"
"""Whoever changes a definition's text moves `modified` on: one id and version never has two contents."""

STIX_SCHEMA_URI: Final = f"{BASE_URI}stix/extensions/1.0/"
"""Where the JSON Schemas of our extensions are published, by extension name."""

# TAXII and HTTP -------------------------------------------------------------------------------------------------

TAXII_MEDIA_TYPE: Final = "application/taxii+json;version=2.1"
STIX_MEDIA_TYPE: Final = "application/stix+json;version=2.1"
DISCOVERY_PATH: Final = "/taxii2/"
API_ROOT: Final = "exchange"
API_ROOT_PATH: Final = f"/{API_ROOT}/"

# The gateway's home ---------------------------------------------------------------------------------------------

HOME_VARIABLE: Final = "GATEWAY_HOME"
DEFAULT_HOME: Final = "gateway-home"
SETTINGS_FILE: Final = "gateway.yaml"
DATABASE_FILE: Final = "gateway.db"
PARTNERS_FOLDER: Final = "partners"
AGREEMENTS_FOLDER: Final = "agreements"
OPERATORS_FOLDER: Final = "operators"
MAPPINGS_FOLDER: Final = "mappings"
CERTS_FOLDER: Final = "certs"
SECRETS_FOLDER: Final = "secrets"
INBOX_FOLDER: Final = "inbox"
ID_KEY_FILE: Final = "id.key"
CURSOR_KEY_FILE: Final = "cursor.key"
METRICS_KEY_FILE: Final = "metrics.key"
PSEUDONYM_KEY_FILE: Final = "pseudonym.key"
SUPPRESSION_KEY_FILE: Final = "suppression.key"
