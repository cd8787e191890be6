"""Django's own admin with one plain ModelAdmin, on the table that bconnect filled."""
