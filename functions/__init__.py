"""One file is one function with one trigger."""
