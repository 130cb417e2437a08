"""Kiosks, network, broker, ingest and database, broken at random moments: is everything stored, once, in order?"""
