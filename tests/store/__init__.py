"""MongoDB, a real one."""
