"""Keeps ``pip install .`` working with every installer; the metadata is in pyproject.toml."""

from setuptools import setup

setup()
