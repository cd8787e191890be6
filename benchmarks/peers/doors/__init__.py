"""Two other ways to take webhook calls in Django: verify and insert, and the plan's way, which applies at once."""
