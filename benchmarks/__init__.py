"""What measures understanding and speed; each prints its figures and a ratio."""
