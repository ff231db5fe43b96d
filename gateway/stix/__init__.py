"""STIX 2.1: a view becomes standard objects with property-extensions, is checked, and is sealed with one signature."""
