"""Answers to the exercises of 06-hyperparameters, right and wrong, as students write them."""
