"""Contacts: people, their contact points, imports, de-duplication and search."""
