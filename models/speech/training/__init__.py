"""Makes the acoustic weights of the embedded recogniser. For developers; no kiosk and no server imports it.

``python -m models.speech.training --help``. Needs torch, scipy, soxr, soundfile, pypinyin and the shared
library of espeak-ng (see docs/adr/0003-self-test-speech-model.md for its licence).
"""
