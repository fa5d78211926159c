"""Kills on the real stack: nothing lost, nothing doubled."""
