"""The board: health, watchdog, field self-test."""
