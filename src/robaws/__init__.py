"""Robaws as a library: clients, custom fields, webhooks, limits. Knows no web framework."""
