"""Words are kept for a month, numbers for ever."""
