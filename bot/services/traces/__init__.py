"""Looking for what is left of somebody, everywhere at once."""
