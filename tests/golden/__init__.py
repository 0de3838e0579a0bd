"""Inputs made for these tests, with the figures that the official programs gave for them: one file a metric.

A case is the input; `official` holds the figures, or the exception that stopped the program; where it is stopped and
our scorer is not, `ours` says by hand what is right. `python -m tests.golden.write` fills `official` in.
"""
