"""Measurements that docs/measurements holds, each a module to be run."""
