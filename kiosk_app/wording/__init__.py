"""What was heard, as it is meant to be written: the hall's words put right, figures instead of numerals. Pure."""
