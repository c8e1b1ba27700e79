"""What Prometheus reads: what processes counted and what the database holds (docs/monitoring.md).

Each process counts what it does by itself; how much waits and how old it is stands in the database
and is asked when somebody reads (docs/adr/0010).
"""
