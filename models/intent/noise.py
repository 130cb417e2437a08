"""Sentences as a recogniser may hear them: homophones for characters, function words lost."""

from __future__ import annotations

import random
import re

from models.intent.syllables import homophones, pypinyin_table

_DROPPED = re.compile("请问一下|请问|我想问一下|麻烦|那个|嗯|的|了|吗|呢|吧|啊|呀|一下|我想|我要")


def replace_homophones(text: str, share: float, chance: random.Random) -> str:
    """Each Chinese character becomes another of the same toneless reading, with probability `share`."""
    readings, sounding = pypinyin_table().readings, homophones()
    characters = []
    for character in text:
        others = sounding.get(readings.get(character, ""), "").replace(character, "")
        replaced = chance.choice(others) if others and chance.random() < share else character
        characters.append(replaced)
    return "".join(characters)


def drop_function_words(text: str, chance: random.Random) -> str:
    """Words that carry no subject are dropped, each with even chance; never the whole sentence."""
    shorter = _DROPPED.sub(lambda found: found[0] if chance.random() < 0.5 else "", text)
    return shorter if len(shorter) >= 2 else text


def heard(text: str, chance: random.Random, share: float = 0.2) -> str:
    """A sentence as it may come out of a recogniser in a loud hall."""
    return replace_homophones(drop_function_words(text, chance), share, chance)
