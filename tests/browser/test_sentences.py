"""What the checks say, as their cards show it: short, and within its frame where there is little room."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from nnkit.checks import EXERCISES, Verdict, backprop, numpy_network, training_algorithms
from nnkit.checks.exercise import Exercise
from nnkit.desk import card

PAGE = '<!DOCTYPE html><meta charset="utf-8"><body style="width: 600px; font: 14px sans-serif">{}'

# The elements that reach out of the frame of their card, or hold more than fits in them.
OVERFLOWING = """cards => cards.flatMap(card => {
  const {right} = card.getBoundingClientRect();
  return [card, ...card.querySelectorAll(':not(.unseen)')]
    .filter(part => part.getBoundingClientRect().right > right || part.scrollWidth > part.clientWidth + 1 && part === card)
    .map(part => `${card.dataset.exercise}: ${part.textContent}`); })"""


def sentences():
    """Return [(exercise id, sentence), ...]; `your-network-learns` keeps its own as (sentence, function)."""
    pairs = [(exercise.id, mistake) for exercise in EXERCISES.values() for mistake in exercise.mistakes]
    return [(name, mistake[0] if isinstance(mistake, tuple) else mistake.sentence) for name, mistake in pairs]


def overflowing(page, cards):
    """Draw cards one below the other, 600 pixels wide; return what does not fit."""
    page.set_content(PAGE.format("".join(cards)))
    drawn = page.locator(".nnkit-card")
    expect(drawn).to_have_count(len(cards))
    return drawn.evaluate_all(OVERFLOWING)


def test_no_sentence_is_longer_than_60_words():
    assert [(name, sentence) for name, sentence in sentences() if len(sentence.split()) > 60] == []


def test_no_sentence_scolds():
    """Said are what the answer does and what to do; nothing about whoever wrote it."""
    scolding = r"(?i)!$|\b(you (forgot|should|must)|careless|silly|obvious|of course|simply|clearly|basic)\b"
    assert [(name, sentence) for name, sentence in sentences() if re.search(scolding, sentence)] == []


def test_every_sentence_fits_into_its_card(page):
    cards = [card.of(Verdict(name, "wrong", [("it does", False)], [], sentence)) for name, sentence in sentences()]
    assert len(cards) > 300
    assert overflowing(page, cards) == []


@pytest.mark.parametrize("assignment", [backprop, numpy_network, training_algorithms])
def test_what_a_check_says_of_a_known_mistake_fits_too(assignment, page):
    """Here with what it expected and received, and the picture."""
    own = [exercise for exercise in assignment.EXERCISES if isinstance(exercise, Exercise)]
    verdicts = [e.examine(mistake.answer, np.random.default_rng(0)) for e in own for mistake in e.mistakes]
    assert {verdict.state for verdict in verdicts} == {"wrong"}
    assert overflowing(page, [card.of(verdict) for verdict in verdicts]) == []
