"""Every resource limit, with its unit and its reason."""

from typing import Final

DELIVERY_BYTES: Final = 256 * 1024 * 1024
"""Largest delivered file. A year of a big city's calls for service is about 200 MB of CSV."""

BLOCK_BYTES: Final = 1024 * 1024
"""How much of a delivery is kept, and read, in one piece."""

CELL_CHARACTERS: Final = 131_072
"""Longest single cell or text value. Narratives beyond this are a sign of a broken quote, not of a long story."""

ROW_COLUMNS: Final = 512
"""Widest row. The widest real export seen has 54 columns."""

ROW_BYTES: Final = 1024 * 1024
"""Largest single row, all cells together."""

TEXT_CHARACTERS: Final = 20_000
"""Longest free text carried into a record; a longer one is a problem of the row."""

ITEM_VALUES: Final = 20_000
"""Most values in one item that is put together from parts. A NIBRS incident with 999 victims has about 9,000."""

GROUP_MEMBERS: Final = 1000
"""Most members of one group of one item. A NIBRS incident has at most 999 victims."""

MISSING_SHARE: Final = 0.5
"""Largest share of a feed's records that one delivery's silence withdraws unasked. A truncated file has lost more."""

MISSING_FEW: Final = 10
"""So many missing records are withdrawn unasked even if they are the larger part: small feeds change a lot."""

NUMBER_CHARACTERS: Final = 40
"""Longest number; no agency measures anything that precisely."""

JSON_DEPTH: Final = 32
"""Deepest nesting of one JSON item."""

XML_DEPTH: Final = 100
"""Deepest nesting of elements in a delivered XML file. NIEM messages stay below 20."""

XML_TOKEN_BYTES: Final = 4 * 1024 * 1024
"""Longest tag, comment or processing instruction of a delivered XML file; a parser has to keep it whole."""

XML_NAMESPACES: Final = 200
"""Most namespaces in scope at one place of a delivered XML file. A NIBRS message has about 20."""

XML_NAMESPACE_CHARACTERS: Final = 2000
"""Longest name of a namespace in a delivered XML file."""

XML_CONVERTED_BYTES: Final = 64 * 1024 * 1024
"""Largest XML delivery in another encoding than UTF-8: it is converted in memory."""

WORKBOOK_BYTES: Final = 32 * 1024 * 1024
"""Largest workbook. A hundred thousand rows are about 10 MB."""

WORKBOOK_UNPACKED_BYTES: Final = 256 * 1024 * 1024
"""Most text that the parts of a workbook may have together when unpacked."""

WORKBOOK_PARTS: Final = 1000
"""Most parts of a workbook; an ordinary one has a dozen."""

WORKBOOK_SHEETS: Final = 100
"""Most sheets that are read of one workbook."""

WORKBOOK_CELLS: Final = 5_000_000
"""Most cells of a sheet's rectangle, empty ones included: 200,000 rows of 25 columns."""

WORKBOOK_PROCESS_BYTES: Final = 1024 * 1024 * 1024
"""Most memory of the process that reads an old workbook (.xls, .ods); 100,000 rows of twenty cells take 400 MB."""

WORKBOOK_PROCESS_SECONDS: Final = 30
"""Most processor time of that process. 100,000 rows of twenty cells take 2 seconds."""

WORKBOOK_ROW_BYTES: Final = 8 * 1024 * 1024
"""Longest row of an old workbook, as that process writes it: JSON, every sign beyond ASCII as six."""

MAIL_BYTES: Final = 32 * 1024 * 1024
"""Largest e-mail message. Mail systems stop at about 25 MB."""

MAIL_PARTS: Final = 200
"""Most parts of a message, attachments and texts together."""

MAIL_HEADERS: Final = 500
"""Most headers of a message."""

HL7_MESSAGE_BYTES: Final = 1024 * 1024
"""Largest HL7 v2 message. An admission has 1 to 5 KB; what is larger carries whole documents, which no record does."""

HL7_SEGMENTS: Final = 2000
"""Most segments of an HL7 v2 message. The longest seen has 13."""

UNMAPPED_CODES: Final = 10_000
"""Most different codes that one report tells of; a column with more holds texts, not codes."""

PROFILE_ITEMS: Final = 5000
"""Items that a profile looks at: enough to see the dirt, little enough to answer at once."""

PROFILE_COLUMNS: Final = 2000
"""Most different columns or addresses of one profile. The widest real export seen, a NIBRS message, has about 100."""

DOCUMENT_BYTES: Final = 2 * 1024 * 1024
"""Largest YAML document (settings, mapping, agreement) and largest code table."""

DOCUMENT_DEPTH: Final = 24
"""Deepest nesting of a YAML document."""

XML_BYTES: Final = 16 * 1024 * 1024
"""Largest XML document parsed whole. Our own messages are a few kilobytes."""

TEMPLATES_PER_SHAPE: Final = 4096
"""Most templates kept for one sort of entity, one for each set of facts; a rarer set is put together anew each time."""

MESSAGE_TAGS: Final = 200_000
"""Most tags, start and end, of a NIEM message. A record with the most values that an item may have needs 80,000."""

MESSAGE_SIBLINGS: Final = 20_000
"""Most children of one element of a NIEM message: as many as an item may have values."""

OPINION_NODES: Final = 10_000
"""Elements and attributes of the largest message that xmlschema is asked about: each takes it half a millisecond."""

JSON_BYTES: Final = 32 * 1024 * 1024
"""Largest JSON document parsed whole (a STIX bundle, a TAXII envelope, a delivery that is one JSON text)."""

STIX_ITEM_OBJECTS: Final = 1000
"""Most objects of one item of STIX. The largest report of the official examples reaches 155."""

STIX_ITEM_BYTES: Final = ROW_BYTES
"""Most bytes of one item of STIX: an object with all that it refers to."""

STIX_REPEATED_BYTES: Final = 256 * 1024 * 1024
"""Most bytes of all items of one delivery of STIX together: an object stands in every item that refers to it."""

ORIGINAL_CHARACTERS: Final = 262_144
"""Longest JSON text of one object of another producer. ATT&CK's table of its own contents has 195,000 characters."""

PROBLEMS_PER_ITEM: Final = 50
"""Most problems kept for one item; a broken row does not fill the quarantine."""

PAGE_OBJECTS: Final = 1000
"""Most objects on one TAXII page; a larger `limit` is lowered to this (TAXII 2.1, 3.4)."""

PAGE_OBJECTS_DEFAULT: Final = 500
"""Objects on a page when the client names no limit. OpenCTI reads one page a cycle: small pages starve it."""

REQUEST_BYTES: Final = 8 * 1024 * 1024
"""Largest HTTP request body; the API root's `max_content_length` (TAXII 2.1, 4.2.1)."""

REQUEST_SECONDS: Final = 30
"""Longest time one HTTP request may take to arrive."""

PUBLISH_BATCH: Final = 100
"""Records whose releases share one database transaction. Measured: 535 µs a record at 10, 448 at 100, 437 at 1000."""

LEASE_SECONDS: Final = 120
"""How long a claimed delivery stays with its worker before another may take it."""

CLAIM_ATTEMPTS: Final = 5
"""Attempts on one delivery before it is set aside as failed, with its error."""

FINDINGS_PER_RULE: Final = 100
"""Most findings that one rule of the NDR reports of a set of schema documents."""

PACKAGE_BYTES: Final = 64 * 1024 * 1024
"""Largest message specification package. Ours has less than 1 MB; one with a whole NIEM release about 30 MB."""

PACKAGE_UNPACKED_BYTES: Final = 256 * 1024 * 1024
"""Most bytes that the files of a package may have together when unpacked."""

PACKAGE_FILES: Final = 5000
"""Most files of a package; a whole NIEM release has less than a hundred schema documents."""

PACKAGE_FAULTS: Final = 500
"""Most faults that one check of a package tells."""

SIGNED_FILES: Final = 100_000
"""Most files that one call of `gateway verify` takes from folders. A big center's year has fewer."""

TIMESTAMP_BYTES: Final = 64 * 1024
"""Largest reply of a time-stamp authority. One with its whole chain has about 6 KB."""

TIMESTAMP_ACCURACY_SECONDS: Final = 60
"""How far off a time-stamp authority's clock may be by its own word. Public ones say a second, or nothing."""

REASON_CHARACTERS: Final = 500
"""Longest reason of a release by hand: a sentence for the log, not the story."""
