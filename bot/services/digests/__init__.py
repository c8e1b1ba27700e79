"""What officials are told of a period: which periods there are, and what is in one."""
