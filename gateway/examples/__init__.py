"""Example partners, operators and agreements that a new home starts with; invented bodies and people."""
