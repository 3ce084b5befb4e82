"""Parts of tools/measure_peers.py. What needs no PyTorch does not import it."""
