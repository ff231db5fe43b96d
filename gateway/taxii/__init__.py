"""TAXII 2.1: medallion's views over the gateway's store, with the gateway's own authentication and negotiation."""
