"""Many machines: a real broker, three members of a replica set, workers; and what is killed."""
