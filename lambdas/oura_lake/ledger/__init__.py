"""The ledger of a person: requests, gaps, drift, notices, pending analyses, token status."""
