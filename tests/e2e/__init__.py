"""The whole hub in a real browser."""
