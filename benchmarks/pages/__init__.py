"""How long the customer list, its filters, its search and the select of the intake form take to answer."""
