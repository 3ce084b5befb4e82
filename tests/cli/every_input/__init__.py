"""Whether what the program is given reaches its result; run_every_input.py runs it."""
