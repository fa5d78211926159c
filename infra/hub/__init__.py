"""The `hub` command: installs, starts, watches and stops everything Hanpyo runs.

Standard library only: this package runs before the locked Python environment exists.
"""
