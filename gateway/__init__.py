"""The Fusion Exchange Gateway: agency files in, signed NIEM XML and STIX 2.1 out, under sharing agreements.

Start with `gateway.pipeline`: it is the road as one page of straight calls.
"""

__version__ = "0.1.0"
