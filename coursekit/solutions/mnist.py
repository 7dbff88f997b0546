"""Answers to the exercises of 04-mnist, right and wrong, as students write them."""
