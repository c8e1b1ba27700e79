"""What other systems call: the ticket sync of the offices."""
