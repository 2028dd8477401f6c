"""The quarterly keep-in-touch review: whose turn it is and why, what was decided, what is left. Pure.

A review is its decisions. Whoever has none since it began is still to come, so it can be left at any point,
on purpose or by a dropped link, and goes on at the person where it stopped.
"""
