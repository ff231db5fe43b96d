"""What the generated reference pages say in words about names that the code alone does not explain.

A name that the code has and a table here lacks, or the other way round, fails the tests of the documentation.
"""

from typing import Final

SETTINGS: Final = {
    "center_id": "The center's identity in STIX, a random UUID. Made by `gateway init`. Never change it.",
    "center_name": "The center's name, as partners read it.",
    "center_abbreviation": "Its short name.",
    "center_contact": "Whom partners write to.",
    "center_ori": "The center's originating agency identifier, if it has one.",
    "center_acs_custodian": "How access control markings (ISA ACS 3.0) call the center, such as `USA.DHS`. Without it "
    "none are written.",
    "created": "When the home was made, in UTC.",
    "revised": "When name, abbreviation, contact or identifier last changed, in UTC. Set it with such a change.",
    "database_url": "A SQLAlchemy URL. Empty means `gateway.db` in the home (SQLite).",
    "listen_host": "The address that `gateway serve` listens on.",
    "listen_port": "The port that it listens on. 0 lets the system choose one.",
    "server_threads": "How many requests are answered at the same time.",
    "log_level": "The least that is logged to standard error. `info` gives a line for each item.",
    "page_objects": "Objects on a TAXII page when the client names no `limit`.",
}

BANNER: Final = "A whole banner line, from which the CUI fields of the handling are filled."

PROBLEMS: Final = {
    "ambiguous-time": ("cell", "The clocks of the declared zone show this local time twice.", "Set `dst`."),
    "bad-date": ("cell", "The value does not read as any declared date format.", "Correct `date`, or the cell."),
    "bad-encoding": ("row", "The row holds bytes that no declared encoding has, or NUL bytes.", "Set `encoding`."),
    "bad-marking": (
        "cell or record",
        "A control marking has a word that no table knows, or countries that cannot stand in it.",
        "Ask the designating agency. Nothing is guessed: the word may forbid sharing.",
    ),
    "bad-number": ("cell", "The value is not a plain decimal number, or not a whole one.", "See `number`."),
    "bad-structure": ("row", "The row or the item cannot be taken apart; the problem says why.", "Correct the export."),
    "bad-text": ("cell", "Control characters, or a line end in a one-line value.", "`cut` them."),
    "bad-value": ("cell", "The value does not have the shape that its place needs.", "Correct the cell."),
    "bad-stix": (
        "object",
        "The object breaks STIX 2.1; the problem names the place.",
        "Ask its producer. The other objects of the delivery go on.",
    ),
    "check-failed": ("record", "A check of the mapping document does not hold.", "Correct the row or the check."),
    "absence-ignored": (
        "file",
        "What the file does not have is not withdrawn: it cannot be relied on to be whole.",
        "The problem says why, and what to do.",
    ),
    "handling-conflict": (
        "record",
        "The record holds a sensitive fact that its feed does not declare.",
        "See the agreements, then add it to `carries`.",
    ),
    "internal-error": ("record", "The gateway itself failed on this item. The item is kept.", "Report it."),
    "missing": ("cell", "A required value, a key, or a fact that the kind needs is not there.", "Fill the cell."),
    "missing-column": (
        "file",
        "The delivery lacks a column that the mapping reads. Addresses that no item needs are told in one sentence.",
        "Ask the agency.",
    ),
    "no-form-in-2.1": ("object", "The object of STIX 2.0 has something that 2.1 has no place for.", "Ask for 2.1."),
    "nonexistent-time": ("cell", "The clocks of the declared zone never showed this local time.", "Set `dst`."),
    "not-withdrawn": ("file", "A missing record could not be withdrawn; it stays as it is.", "Report it."),
    "out-of-range": ("cell", "The number or the day lies outside its bounds.", "Correct the cell, or `between`."),
    "private-address": ("cell", "The address names no machine outside the reader's own network.", "Remove it."),
    "too-large": ("cell or row", "A limit is passed. See [limits](limits.md).", "Look for an open quote."),
    "two-contents": (
        "object",
        "The same version of an object has another content here than elsewhere in the delivery, or than the one held.",
        "Ask its producer which is right.",
    ),
    "unknown-column": ("file", "The delivery has a column that the mapping does not know.", "Map or drop it."),
    "unmapped-code": ("cell", "The code is in no table, or in no vocabulary.", "Add it to the table."),
    "wrong-length": ("row", "The row has more or fewer cells than the header.", "Look for a missing quote."),
}
"""Code, then what it is about, what it means and what to do."""

SKIPS: Final = {
    "batch-frame": "The header or the trailer of a batch of HL7 messages.",
    "blank-row": "The row has no cell that says something.",
    "comment": "The line starts with the declared `comment` mark.",
    "free-text": "Slash-coded text before the first item, or a paragraph without a code.",
    "own-object": "An object of STIX that the center published itself, or that every gateway publishes.",
    "repeated": "The same object of STIX again, in the same version.",
    "repeated-header": "The header again, in the middle of the file.",
    "revoked": "Its producer has revoked the object of STIX. The record that was held of it, if any, is withdrawn.",
    "superseded": "An older version of an object of STIX that stands in the delivery in a newer one, too.",
    "title-row": "The row of a workbook stands above the header of its sheet.",
    "superseded before review": "A newer version of the same record came before anybody had released this one.",
    "unused-definition": "A marking or an extension of STIX that nothing in the delivery refers to.",
    "well-known-marking": "A marking of STIX that is the same everywhere, such as `TLP:GREEN`.",
    "withdrawn before review": "A later delivery no longer had the record before anybody had released this version.",
}
"""Reasons for which an item is skipped; a mapping's own `skip` rules add theirs."""

MAPPING: Final = {
    "MappingDocument": {
        "mapping": "The feed's name; also the name of the file.",
        "version": "Counts up with every change. It stands in the provenance of each record.",
        "about": "One sentence about the feed.",
        "makes": "The [kind](kinds.md) of record.",
        "source": "Whose system wrote the file.",
        "handling": "What holds for every record of the feed. A `handling.…` field overrides it row by row.",
        "reads": "How the file is written.",
        "key": "The columns that name a row for good. The same key again is a new version of the same record.",
        "twin_of": "A feed that brings the same records in another format. Both give a record the same id.",
        "delivery": "What a file is: changes, all there is, or all within a window of time.",
        "window": "The target whose earliest and latest value in the file are the window's ends.",
        "missing": "What becomes of a held record that a `full` or `window` file does not have.",
        "expect": "When a delivery is due, such as `daily by 05:00`, in the zone of `reads`. A late one is an alarm.",
        "carries": "The sensitive facts that records of the feed can hold. An empty list says that they hold none.",
        "expires": "Sets the last day on which the record counts as validated.",
        "codes": "Code tables, by name.",
        "fields": "Target on the left, source on the right. The heart of the document.",
        "each": "Groups that repeat within an item, such as victims. Each member makes entities of its own.",
        "accompanies": "An entity that has no value of its own is made wherever another one is: `{sign: seen}`.",
        "relations": "Who or what had which part in what.",
        "drops": "Columns that are left out, each with its reason.",
        "associations": "Relations that the item lists itself, by references to members of groups.",
        "checks": "Claims about the finished record.",
        "skip": "Rows that hold nothing to translate.",
        "tests": "Examples that `gateway map check` runs. At least one.",
    },
    "SourceSpec": {
        "agency": "The agency's name.",
        "discipline": "Which of the center's disciplines it belongs to.",
        "ori": "Its originating agency identifier.",
        "system": "The system that wrote the file.",
    },
    "HandlingSpec": {
        "tlp": "Traffic Light Protocol 2.0.",
        "cui": "Categories of controlled unclassified information. `CUI` says that the category is not named.",
        "dissemination": "Limited dissemination controls. Only the designating agency applies one.",
        "release_to": "The countries of `REL TO`, by three letters, `USA` among them.",
        "display_to": "The countries of `DISPLAY ONLY`.",
        "dissemination_list": "Whom the list of `DL ONLY` names.",
        "designating_entity": "The agency that marked it as controlled. Without one, the center's name stands there.",
        "decontrol_date": "The day from which the designating agency asks for no controls.",
        "supplemental_markings": "Supplemental administrative markings, such as `DRAFT`.",
        "pap": "Permissible Actions Protocol: what recipients may do with what they learn.",
        "caveats": "Older and local caveats.",
        "sensitivities": "Facts that a law or an agreement may exclude by themselves.",
        "confidence": "0 to 100.",
        "personal_information": "Whether the records hold personal information.",
    },
    "ReadsSpec": {
        "format": "The file's [format](#formats).",
        "encoding": "Tried in order, strictly.",
        "delimiter": 'The character between cells. A tab is written `"\\t"`.',
        "quote": "The character around cells that hold a delimiter. An empty value means none.",
        "header": "Column names of a file that has no header row.",
        "timezone": "The zone of dates that have no offset, such as `America/Chicago`. There is no default.",
        "dst": "What becomes of an hour that a change of the clocks repeats or leaves out.",
        "empty": "Cells that count as empty, beside the empty cell.",
        "unknown_columns": "What becomes of a delivery with columns that the document does not speak of.",
        "comment": "What lines to leave out start with.",
        "json": "How a JSON file is built.",
        "xml": "How an XML file is built.",
        "fixed": "How a file of fixed width is built.",
        "workbook": "Which tables of a workbook are read.",
        "hl7": "What tells parts of HL7 messages apart.",
        "text": "The codes of slash-coded text.",
    },
    "JsonSpec": {
        "items": "The items' address, such as `result.rows[*]`. Without it, the file is an array of items or one item.",
        "lines": "Every line is a JSON text of its own (NDJSON).",
        "follow": "References within an item are followed where the mapping reads what lies behind them.",
    },
    "FollowSpec": {
        "reference": "The member that refers.",
        "id": "The member that it names.",
    },
    "XmlSpec": {
        "items": "The path from the root element to the items, such as `a:Report/a:Incident`; or several, where the "
        "same items also come inside an envelope.",
        "namespaces": "Every prefix that the paths use. The prefixes of the file itself do not count. Several URIs are "
        "versions of one standard: items are read as if they had the first.",
        "let": "Names for what expressions find in an item, so that addresses can start there: `$area/a:name`.",
        "id": "The attribute in which `deref(…)` looks up what is referred to.",
        "ref": "The attributes in which `referring(…)` looks for who refers.",
        "repair": "Faults to pass over. `leading-junk` is text before the XML declaration.",
    },
    "FixedWidthSpec": {
        "kind": "Where a line says which of the segments it is.",
        "length": "Where a line says how long it is. A line of another length keeps its item out.",
        "common": "Columns that stand in every line.",
        "group_by": "Consecutive lines that agree in these columns are one item.",
        "segments": "The sorts of line, by what stands in the columns of `kind`.",
    },
    "SegmentSpec": {
        "name": "The first step of its addresses.",
        "repeats": "An item may have several: its addresses have a position, `victim[*].sex`.",
        "alone": "Each such line is an item.",
        "fields": "Its columns.",
    },
    "ColumnsSpec": {
        "at": "The first column, from 1.",
        "long": "How many columns.",
        "times": "How often the stretch follows itself. Its addresses have a position.",
        "parts": "Columns within the stretch. Their `at` counts from its start.",
    },
    "WorkbookSpec": {
        "sheets": "A pattern for the whole names of the sheets to read. Without it, all are.",
        "header": "A column that the header row has. Rows before it are titles.",
        "merge_on": "Rows of all sheets that agree in this column are one item. What differs has `#2` behind its name.",
    },
    "Hl7Spec": {
        "named": "The value that tells segments of a sort, or repetitions of a field, apart: `{OBX: 3.1, PID-3: 5}`.",
    },
    "CodedTextSpec": {
        "codes": "The closed set of codes. No other word before a slash is one.",
        "starts": "Codes that begin an item, at the start of a line. Without them, blank lines divide the items.",
        "continues": "Codes whose value goes on over the lines that follow, up to the next code or a blank line.",
    },
    "FieldSpec": {
        "from": "The column, or several. A field that needs nothing else may be the column's name alone.",
        "value": "A constant instead of a column. It stands alone, or with `cite`.",
        "when": "Read the field only where a column says so.",
        "together": "Columns that repeat side by side, such as names and values: what stands at one position is one "
        "text, with this between its parts.",
        "pick": "Of several columns, the first that is filled.",
        "join": "Several columns as one text, with this between them. Empty cells are left out.",
        "count": "How many of the columns' cells have one of these values.",
        "split": "One cell as many values, with this between them.",
        "find": "One cell as many values: each match of this pattern.",
        "trim": "Whether blanks at both ends are removed.",
        "squeeze": "Whether every stretch of blanks and line ends becomes one blank.",
        "empty": "Further cells that count as empty, for this field.",
        "cut": "Remove each match of this pattern.",
        "match": "The value must match this pattern. A group in it is what is kept.",
        "case": "Write the value in this letter case.",
        "code": "Look the value up in this code table.",
        "date": "The format of a date, or several, tried in order.",
        "zone": "The zone of this date, in place of `reads.timezone`.",
        "dst": "In place of `reads.dst`.",
        "number": "How decimals are written.",
        "between": "The least and the greatest number allowed.",
        "prefix": "Put before the value.",
        "suffix": "Put after the value.",
        "default": "The value where the cell is empty.",
        "required": "An empty cell puts the row into quarantine.",
        "cite": "Where the agency's documentation says so. For readers.",
    },
    "WhenSpec": {
        "column": "The column to look at.",
        "in": "The field is read where the column has one of these values.",
        "filled": "The field is read where the column is filled (`true`) or empty (`false`).",
    },
    "EachSpec": {
        "of": "The address of the group, with `[*]` at its end.",
        "when": "Which members count.",
        "id": "The address of what references call a member. `associations` find it by that.",
        "fields": "As in the document, for each member. Addresses start at the member; `../` leads one group out.",
    },
    "CodeSpec": {
        "file": "A CSV file beside the document, with the header `from,to,label,since,until`. A table's version, which "
        "`map try` and the ledger show, changes exactly when the meaning of a code does.",
        "values": "The table itself.",
        "unmapped": "What becomes of a code that is not in the table. `default` and `empty` leave a warning.",
        "default": "The value for `unmapped: default`.",
    },
    "RelationSpec": {
        "source": "Name of an entity of the fields.",
        "role": "One of the [roles](#roles).",
        "target": "Name of an entity of the fields.",
    },
    "AssociationSpec": {
        "of": "The address of the associations, with `[*]` at its end.",
        "source": "The end that has somebody or something in the role.",
        "role": "One of the [roles](#roles).",
        "target": "The end that has the role. A reference to what the mapping makes no entity of gives no relation.",
    },
    "EndSpec": {
        "entity": "Name of an entity of the fields.",
        "by": "Where the association refers to it, by the `id` of its group. Left out where it is there once.",
    },
    "ExpiresSpec": {
        "after": "A target that holds a day or a time.",
        "days": "So many days after it.",
    },
    "CheckSpec": {
        "that": "`[target, operator, operand]`. Operators: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `filled`, `empty`.",
        "if": "Check only where this holds, in the same form.",
        "else": "What becomes of the record where the claim fails.",
        "say": "The sentence that people read then.",
    },
    "SkipSpec": {
        "column": "The column to look at.",
        "equals": "The values that mark the row.",
        "reason": "A code that says why.",
    },
    "ExampleSpec": {
        "name": "What the example shows.",
        "given": "The cells. Columns that are not named are empty.",
        "expect": "Targets with their values; an empty value (`null`) means that the field is empty.",
        "reject": "The problem that is expected: `code`, and if you like `column` and `target`.",
        "skip": "The reason for which the row is expected to be skipped.",
        "warn": "Codes of warnings that are expected.",
    },
    "RejectSpec": {
        "code": "The [problem code](errors.md#problems-of-items).",
        "column": "The column it is about.",
        "target": "The target it is about.",
    },
}
"""Each section of a mapping document, its keys and what they mean, in the order in which people write them."""

SECTIONS: Final = {
    "MappingDocument": "The document",
    "SourceSpec": "`source`",
    "HandlingSpec": "`handling`",
    "ReadsSpec": "`reads`",
    "JsonSpec": "`reads.json`",
    "FollowSpec": "`reads.json.follow`",
    "XmlSpec": "`reads.xml`",
    "FixedWidthSpec": "`reads.fixed`",
    "SegmentSpec": "`reads.fixed.segments`, each entry",
    "ColumnsSpec": "`reads.fixed`, columns",
    "WorkbookSpec": "`reads.workbook`",
    "Hl7Spec": "`reads.hl7`",
    "CodedTextSpec": "`reads.text`",
    "FieldSpec": "`fields`, each entry",
    "WhenSpec": "`when`",
    "EachSpec": "`each`, each entry",
    "CodeSpec": "`codes`, each entry",
    "RelationSpec": "`relations`, each entry",
    "AssociationSpec": "`associations`, each entry",
    "EndSpec": "`source` and `target` of an association",
    "ExpiresSpec": "`expires`",
    "CheckSpec": "`checks`, each entry",
    "SkipSpec": "`skip`, each entry",
    "ExampleSpec": "`tests`, each entry",
    "RejectSpec": "`reject`",
}

AGREEMENTS: Final = {
    "Partner": {
        "partner": "The partner's short name, which is also the name of its file.",
        "name": "The name that people read.",
        "category": "What sort of body it is.",
        "contact": "Whom to write to.",
        "country": "Its nation, by three letters. Release controls are held against it.",
        "federal_contractor": "Whether it receives under a contract with the United States. Somebody attests it.",
        "law_enforcement_authority": "Whether it is a law enforcement authority. Somebody attests it; `yes` or `no`.",
        "standing": "A suspended partner receives nothing.",
    },
    "Operator": {
        "operator": "The person's short name: the name of the file, and the common name of the certificate.",
        "name": "The name that people read.",
        "roles": "What the person may do. `reviewer` is the one that is asked for today.",
        "standing": "A suspended operator reviews nothing.",
    },
    "Agreement": {
        "agreement": "The agreement's short name, which is also the name of its file.",
        "version": "A number in quotes. A version that was loaded once never changes.",
        "title": "What partners read as the title of the collection.",
        "recipients": "Partners. A collection receives a record only if all in good standing may have it.",
        "authority": "The legal basis, in words.",
        "purpose": "Why. It stands in the log of every page that is served.",
        "effective": "The first day, UTC.",
        "expires": "The day at whose start it ends, UTC.",
        "kinds": "The [kinds](kinds.md) of record.",
        "markings": "What may be on a record.",
        "dissemination_list": "Recipients whom the designating agencies' lists name. `DL ONLY` reaches nobody else.",
        "exclude": "What never passes, whatever else is allowed.",
        "projection": "How much a recipient sees: one of the [projections](projections.md).",
        "deliver": "In which form.",
        "supersedes": "Agreements whose projection this one's replaces. Otherwise the narrowest of a partner's holds.",
        "standing": "A suspended agreement opens no collection.",
    },
    "Markings": {
        "tlp_max": "The narrowest TLP that may pass.",
        "cui": "The CUI categories that may be on a record.",
        "dissemination": "The dissemination controls that may be on a record, because the recipients keep them.",
        "caveats": "The caveats that may be on a record.",
    },
    "Exclusions": {
        "sensitivities": "Records with one of these never pass.",
        "feeds": "Records of these feeds never pass.",
    },
    "Delivery": {
        "stix": "`everything` that the view shows, or `indicators-only` for pollers that drop the rest. Each indicator "
        "has `valid_until`.",
        "niem": "`artifact` sends the signed NIEM document inside the STIX view; `none` sends STIX alone.",
    },
}
"""Each section of the documents about sharing, its keys and what they mean."""

TRUST: Final = {
    "TrustPolicy": {
        "name": "What the policy is called in evidence.",
        "roots": "Root certificates that are believed: paths from the policy's folder, or PEM text.",
        "pinned": "Certificates that are believed by themselves, whoever issued them.",
        "known": "Intermediate and signers' certificates, or key sets. They are known by it, not believed.",
        "centers": "The centers that are believed; with any, no others. Without: whoever has a root's word.",
        "accepts": "The set of algorithms and forms that are read. The legacy set has SHA-1, which proves nothing.",
        "revocation": "What tells that a certificate was taken back.",
        "timestamps": "Who proves when something was signed, and when that is asked for.",
        "clock_skew_seconds": "How far two clocks may differ before a time counts as the future.",
    },
    "Center": {
        "id": "The center's STIX identity, as `created_by_ref` of its containers has it.",
        "names": "What makes a certificate this center's: `uri:`, `dns:` (names of subjectAltName) or `subject:` "
        "(the whole subject, RFC 4514); one is enough. Without: `uri:urn:uuid:` and the id's UUID.",
        "kinds": "The kinds of record that it is believed on. Without: all.",
        "algorithms": "The algorithms that it signs with. Without: all that `accepts` has.",
    },
    "Revocation": {
        "crls": "Revocation lists of the authorities (PEM or DER): paths, or PEM text. Whole lists only.",
        "ocsp": "OCSP responses, by the issuer or by whom it delegated: paths (DER), or base64 between PEM lines.",
        "revoked_keys": "Keys that you yourself do not believe any more.",
        "require": "Whether each certificate of the path needs a list or response that holds at the time asked about.",
    },
    "KeyTakenBack": {
        "key": "The key id: 32 hexadecimal digits.",
        "since": "From when it is not believed, with a zone.",
        "reason": "Why (RFC 5280, 5.3.1).",
    },
    "TimestampTerms": {
        "authorities": "Roots of the time-stamp authorities (RFC 3161): paths, or PEM text.",
        "required": "When only a timestamp will do. `never`: the signer's word is taken for certificates that have "
        "expired, and for those that were taken back for a harmless reason.",
    },
}
"""What the keys of a policy document mean, by the class that reads them."""

TRUST_SECTIONS: Final = {
    "TrustPolicy": "The policy",
    "Center": "`centers`",
    "Revocation": "`revocation`",
    "KeyTakenBack": "`revocation.revoked_keys`",
    "TimestampTerms": "`timestamps`",
}

AGREEMENT_SECTIONS: Final = {
    "Partner": "`partners/<name>.yaml`",
    "Operator": "`operators/<name>.yaml`",
    "Agreement": "`agreements/<name>.yaml`",
    "Markings": "`markings`",
    "Exclusions": "`exclude`",
    "Delivery": "`deliver`",
}
