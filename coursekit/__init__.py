"""What only instructors run: notebooks into normal form, the release, the sample class, grading, and the demonstration.

A package of its own so that a student who opens `nnkit` meets layers and losses, and nothing of this.
Everything a person types is `python -m coursekit <verb>`; the Makefile gives each verb a shorter name.
"""
