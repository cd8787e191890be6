"""Duplicates: which customers are the same one, how sure that is, and why.

`names`, `features`, `keys`, `likeness`, `evidence`, `grouping` and `finder` are pure: values in, values out.
The rest keeps what was found in tables and follows every change of a customer.

This app is not among the core apps: the sync's commands start without it. So no row of it is bound to a
customer by a constraint; what refers to a customer that is gone is swept by the next refresh.
"""
