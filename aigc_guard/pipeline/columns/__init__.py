"""The stored drafts as columns: a projection for replaying policies over a whole archive.

The store stays as it is, one record a row; what rules ask about is read from it once and kept as
numpy arrays, in a folder that may be deleted at any time, and brought up to date when asked.
Only ``replay`` imports this room, and only where numpy is installed.
"""
