"""Reports over a month."""
