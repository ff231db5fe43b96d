"""What the gateway keeps: deliveries, records, releases, quarantine, collections, disseminations, the journal.

SQLAlchemy Core over SQLite or PostgreSQL, one code path; the URL chooses. Nothing here knows HTTP.
"""
