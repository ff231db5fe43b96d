"""Every check of STIX 2.1 that a JSON Schema cannot say, as tables of small functions."""
