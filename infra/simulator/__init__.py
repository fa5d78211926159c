"""The carrier simulator: speaks a carrier's wire protocol and shows virtual phones.

Its own process with its own database; it imports nothing of the hub, as a carrier would not.
"""
