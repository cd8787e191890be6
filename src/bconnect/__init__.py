"""bconnect keeps a firm's customers and its clients in Robaws in step, in both directions."""

__version__ = "0.1.0"
