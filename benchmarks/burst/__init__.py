"""A burst of webhook calls: what the endpoint answers and how soon, and how fast the events are applied."""
