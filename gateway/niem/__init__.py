"""NIEM 6.0: the schema folder (`subset`), a view as a message (`render`), and whether a message holds (`check`).

`release`, `schema_text`, `wording` and the two `extension` tables make the schema folder. A message is made of
`template` parts: `entities`, `cyber` and `associations` are the tables, `render` puts them together. `check` asks the
schema, `message_rules` (NDR 6.0, section 12) and `rules` (the exchange's own), and tells `faults`, with a
`second_opinion` in reports. `schema_index` knows the types; from them alone, `message_json` writes and reads NIEM JSON.
"""
