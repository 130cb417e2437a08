"""The staff corner's door: the PIN as a hash on disk, the lock-out, and the thread that checks."""
