"""How well, how fast and in how much memory duplicates are found, beside other ways to find them."""
