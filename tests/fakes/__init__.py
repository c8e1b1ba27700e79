"""Stand-ins for the services outside: real HTTP servers that keep the providers' limits."""
