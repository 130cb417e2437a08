"""The centre: broker configuration, ingest, store, API and the live page."""
