"""Ratios against a stated floor, measured in one run: `make bench`, or `python -m benchmarks sweep`.

Absolute times say something about the machine; ratios say something about the code. Every figure is the median of
runs that alternate between ours and the floor, so that a slow minute hits both.
"""
