"""Makes the acoustic weights of the self-test voice. For developers; no kiosk and no server imports it.

``python -m models.speech.training --help``. Needs torch, kaldi-native-fbank, soxr, pypinyin and the shared
library of espeak-ng (see docs/adr/0003-self-test-speech-model.md for its licence).
"""
