"""The message specification package (IEPD): everything that a partner's developers need to read and write our messages.

build: schemas + want list + sample records -> one ZIP with a catalog of itself
check: any such ZIP -> a report of what holds and what does not
"""
