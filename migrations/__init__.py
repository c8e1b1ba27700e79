"""The history of the database's structure, one numbered revision per step."""
