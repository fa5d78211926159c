"""Tenants, members and their sessions."""
