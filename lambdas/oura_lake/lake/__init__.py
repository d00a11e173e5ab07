"""The lake: keys, schemas, and the merge of new records into raw and tables."""
