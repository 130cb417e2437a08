"""Writing YAML as people write it in packs: keys in their order, Chinese as it is, no aliases, a text on one line."""

from __future__ import annotations

from typing import Any

import yaml

WIDTH = 100_000


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        # Items of a list are indented under their key, as in the shipped packs.
        return super().increase_indent(flow, False)


def _nothing(dumper: yaml.SafeDumper, _value: None) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:null", "")


_Dumper.add_representer(type(None), _nothing)


def dump(data: Any) -> str:
    """Plain data as YAML text. None is an empty place after its key, for a person to fill in."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
