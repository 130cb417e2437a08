"""The benchmark of the board."""
