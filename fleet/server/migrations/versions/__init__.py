"""One file for each change of the schema. What has been released is never edited."""
