"""The canonical record: people, places, things, observables, activities, relations, handling, provenance, kinds."""
