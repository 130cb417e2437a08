"""One screen per file, with its kv file beside it."""
