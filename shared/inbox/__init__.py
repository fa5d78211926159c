"""The inbox: what people write back, and what the camp answers."""
