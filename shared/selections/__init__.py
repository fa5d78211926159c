"""Selections: contacts chosen by hand, by a filter or by the list's query, and what is done with all of them."""
