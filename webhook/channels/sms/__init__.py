"""SMS: one channel that sends, one receiver for each gateway; one file per gateway."""
