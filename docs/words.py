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
    "created": "When the home was made, in UTC.",
    "revised": "When name, abbreviation, contact or identifier last changed, in UTC. Set it with such a change.",
    "database_url": "A SQLAlchemy URL. Empty means `gateway.db` in the home (SQLite).",
    "listen_host": "The address that `gateway serve` listens on.",
    "listen_port": "The port that it listens on. 0 lets the system choose one.",
    "server_threads": "How many requests are answered at the same time.",
    "log_level": "The least that is logged to standard error. `info` gives a line for each item.",
    "page_objects": "Objects on a TAXII page when the client names no `limit`.",
}

PROBLEMS: Final = {
    "ambiguous-time": ("cell", "The clocks of the declared zone show this local time twice.", "Set `dst`."),
    "bad-date": ("cell", "The value does not read as any declared date format.", "Correct `date`, or the cell."),
    "bad-encoding": ("row", "The row holds bytes that no declared encoding has, or NUL bytes.", "Set `encoding`."),
    "bad-number": ("cell", "The value is not a plain decimal number, or not a whole one.", "See `number`."),
    "bad-structure": ("row", "Quotes in the row are broken.", "Correct the export."),
    "bad-text": ("cell", "Control characters, or a line end in a one-line value.", "`cut` them."),
    "bad-value": ("cell", "The value does not have the shape that its place needs.", "Correct the cell."),
    "check-failed": ("record", "A check of the mapping document does not hold.", "Correct the row or the check."),
    "internal-error": ("record", "The gateway itself failed on this item. The item is kept.", "Report it."),
    "missing": ("cell", "A required value, a key, or a fact that the kind needs is not there.", "Fill the cell."),
    "missing-column": ("file", "The delivery lacks a column that the mapping reads.", "Ask the agency."),
    "nonexistent-time": ("cell", "The clocks of the declared zone never showed this local time.", "Set `dst`."),
    "out-of-range": ("cell", "The number or the day lies outside its bounds.", "Correct the cell, or `between`."),
    "private-address": ("cell", "The address names no machine outside the reader's own network.", "Remove it."),
    "too-large": ("cell or row", "A limit is passed. See [limits](limits.md).", "Look for an open quote."),
    "unknown-column": ("file", "The delivery has a column that the mapping does not know.", "Map or drop it."),
    "unmapped-code": ("cell", "The code is in no table, or in no vocabulary.", "Add it to the table."),
    "wrong-length": ("row", "The row has more or fewer cells than the header.", "Look for a missing quote."),
}
"""Code, then what it is about, what it means and what to do."""

SKIPS: Final = {
    "blank-row": "The row has no cell that says something.",
    "comment": "The line starts with the declared `comment` mark.",
    "repeated-header": "The header again, in the middle of the file.",
    "superseded before review": "A newer version of the same record came before anybody had released this one.",
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
        "expires": "Sets the last day on which the record counts as validated.",
        "codes": "Code tables, by name.",
        "fields": "Target on the left, source on the right. The heart of the document.",
        "accompanies": "An entity that has no value of its own is made wherever another one is: `{sign: seen}`.",
        "relations": "Who or what had which part in what.",
        "drops": "Columns that are left out, each with its reason.",
        "checks": "Claims about the finished record.",
        "skip": "Rows that hold nothing to translate.",
        "tests": "Examples that `gateway map check` runs. At least one.",
    },
    "SourceSpec": {
        "agency": "The agency's name.",
        "ori": "Its originating agency identifier.",
        "system": "The system that wrote the file.",
    },
    "HandlingSpec": {
        "tlp": "Traffic Light Protocol 2.0.",
        "cui": "Categories of controlled unclassified information.",
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
    },
    "FieldSpec": {
        "from": "The column, or several. A field that needs nothing else may be the column's name alone.",
        "value": "A constant instead of a column. It stands alone, or with `cite`.",
        "when": "Read the field only where a column says so.",
        "pick": "Of several columns, the first that is filled.",
        "join": "Several columns as one text, with this between them. Empty cells are left out.",
        "split": "One cell as many values, with this between them.",
        "find": "One cell as many values: each match of this pattern.",
        "trim": "Whether blanks at both ends are removed.",
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
    "CodeSpec": {
        "file": "A CSV file beside the document, with the header `from,to,label,since,until`.",
        "values": "The table itself.",
        "unmapped": "What becomes of a code that is not in the table. `default` and `empty` leave a warning.",
        "default": "The value for `unmapped: default`.",
    },
    "RelationSpec": {
        "source": "Name of an entity of the fields.",
        "role": "One of the [roles](#roles).",
        "target": "Name of an entity of the fields.",
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
    "FieldSpec": "`fields`, each entry",
    "WhenSpec": "`when`",
    "CodeSpec": "`codes`, each entry",
    "RelationSpec": "`relations`, each entry",
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
        "exclude": "What never passes, whatever else is allowed.",
        "projection": "How much a recipient sees: one of the [projections](projections.md).",
        "deliver": "In which form.",
        "supersedes": "Agreements whose projection this one's replaces. Otherwise the narrowest of a partner's holds.",
        "standing": "A suspended agreement opens no collection.",
    },
    "Markings": {
        "tlp_max": "The narrowest TLP that may pass.",
        "cui": "The CUI categories that may be on a record.",
        "caveats": "The caveats that may be on a record.",
    },
    "Exclusions": {
        "sensitivities": "Records with one of these never pass.",
        "feeds": "Records of these feeds never pass.",
    },
    "Delivery": {
        "niem": "`artifact` sends the signed NIEM document inside the STIX view; `none` sends STIX alone.",
    },
}
"""Each section of the documents about sharing, its keys and what they mean."""

AGREEMENT_SECTIONS: Final = {
    "Partner": "`partners/<name>.yaml`",
    "Operator": "`operators/<name>.yaml`",
    "Agreement": "`agreements/<name>.yaml`",
    "Markings": "`markings`",
    "Exclusions": "`exclude`",
    "Delivery": "`deliver`",
}
