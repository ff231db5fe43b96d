"""Signatures over bytes: XML Signature, detached JWS, keys, trust and the development PKI.

Nothing here knows what the bytes mean. Verifying returns evidence or raises; it never answers yes or no.
"""
