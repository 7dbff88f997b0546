"""Answers to the exercises of 03-training-algorithms, right and wrong, as students write them."""
