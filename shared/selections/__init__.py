"""Selections: contacts chosen by hand or by a question, and what is done with all of them."""
