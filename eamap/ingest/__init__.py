"""From somebody's file to records that cite it: formats, mappings, identity and reconciliation."""
