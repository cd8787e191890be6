"""How long a test waits for something that has to come, on the slowest machine. None waits that long in peace."""

PATIENCE_S = 180.0
