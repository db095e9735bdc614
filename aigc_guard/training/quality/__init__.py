"""``make quality``: measures the locked models on the held-out splits and writes what came out."""
