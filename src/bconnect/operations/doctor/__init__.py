"""`bconnect doctor`: is everything in order, and if not, what is to be done? One module for each thing it looks at."""
