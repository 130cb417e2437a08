"""Thousands of kiosks in one process, on the real protocol code."""
