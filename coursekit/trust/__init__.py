"""Trusted grading: marks come from the grader's own process, and student code runs where it can do no harm."""
