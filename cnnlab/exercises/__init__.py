"""Checks for the book's exercises, one module a chapter.

A check takes what a student wrote and returns a `cnnlab.exercises.report.Report`, which a notebook
shows as a small box. It never raises for a wrong answer, so a notebook runs from top to bottom.

Examples
--------
>>> from cnnlab.exercises import chapter01 as check
>>> def window_sum(window, kernel):
...     return ...
>>> check.window_sum(window_sum)
○ Exercise 1.1: not attempted yet.
Replace the `...` in `window_sum`, run the cell, then run this one again.
"""
