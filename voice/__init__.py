"""Hearing and speaking: microphone, voice activity, recognition, synthesis, playback."""
