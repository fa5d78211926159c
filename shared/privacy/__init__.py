"""Privacy: new keys, consents, where data came from, erasing people, how long things are kept."""
