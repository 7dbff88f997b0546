"""Numbers, lists and names in English, and the sentences that depend on how a student's work went."""

import math
import re
from datetime import datetime

from markupsafe import Markup, escape

from coursekit.trust.notes import printable

SMALL = "no one two three four five six seven eight nine ten".split()
LONGEST = 400  # letters of what a check says that are shown


def number(value):
    """A count in words up to ten, in digits beyond."""
    return SMALL[value] if 0 <= value < len(SMALL) else f"{value:,}"


def count(value, one, many=None):
    """A count and what is counted: "one student", "3,000 students"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def points(value):
    """Points, to two decimals where they are needed."""
    return f"{round(value, 2):,.2f}".rstrip("0").rstrip(".")


def of_points(score, most):
    """ "29 of 50 points" """
    return f"{points(score)} of {points(most)} {'point' if most == 1 else 'points'}"


def percent(part, whole):
    """A share as "45 %"; never "0 %" or "100 %" of what is neither."""
    share = 100 * part / whole if whole else 0
    return f"{min(max(round(share), 1), 99) if 0 < part < whole else round(share)} %"


def listing(parts, last="and"):
    """ "a, b and c" """
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end


def first_letter(text):
    """`text` with a capital first letter: for our own sentences, since `dE/dX` must stay as it is."""
    return text[:1].upper() + text[1:]


def date(when):
    """ "25 November 2026, 14:05", the same in every locale."""
    months = "January February March April May June July August September October November December".split()
    return f"{when.day} {months[when.month - 1]} {when.year}, {when:%H:%M}"


def now():
    """The time, in words."""
    return date(datetime.now())


def seconds(value):
    """A time in words: "4.2 s", "3 min 20 s", "2 h 5 min"."""
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def text(value, longest=LONGEST):
    """Text of whatever origin, on one line and printable; a template escapes it."""
    return printable(value, longest)


def code(value):
    """A sentence with `names` in it, as HTML: the names as code, all else escaped."""
    parts = re.split(r"`([^`]+)`", text(value, 1000))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if odd % 2 else escape(part) for odd, part in enumerate(parts)
    )


def name_of(student, first=None, last=None):
    """How the class report calls a student: "Ada Lovelace (ada)", or the folder's name where that is all."""
    full = " ".join(part.strip() for part in (first, last) if part and part.strip())
    return f"{text(full, 60)} ({text(student, 60)})" if full else text(student, 60)


def nearest(values, share):
    """The smallest of `values` that at least this share of them does not exceed; 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0


# ------------------------------------------------------------------------------------- a note to a student

# What a student's notebook shows as well, in our own words: the instructor's notes themselves are not for the student.
CAUTIONS = {
    "unreadable": "The notebook that you handed in could not be read, so there was nothing to mark. Open it in "
    "JupyterLab, see that it is what you meant to hand in, save it, and ask whether you may hand it in again.",
    "no-notebook": "There was no notebook of the right name in what you handed in, so there was nothing to mark. Ask "
    "whether you may hand it in again.",
    "damaged": "The file that you handed in breaks off or is damaged. What could be read of it was marked; ask whether "
    "you may hand it in again.",
    "kernel-ended": "One of your cells ended Python: a call of quit() or exit() does that, and so does using up the "
    "memory. Everything else ran without it.",
    "time-over": "One of your cells did not come to an end and was stopped: look for a loop that never ends, or for "
    "far too much to compute. Everything else ran without it.",
}
LOST = "not in what could be read"
NOTHING_READ = ("unreadable", "no-notebook")


def cautions(submission):
    """What a student has to know of what was handed in: sentences."""
    kinds = {note.kind for note in submission.notes}
    return [words for kind, words in CAUTIONS.items() if kind in kinds]


def lead(submission, work):
    """The first sentences of a student's note: how it went, the points, where to begin."""
    if any(note.kind in NOTHING_READ for note in submission.notes):
        return []
    said = [how_it_went(submission), how_many_points(submission, work), where_to_begin(submission)]
    return [sentence for sentence in said if sentence]


def how_it_went(submission):
    """The exercises that are checked, in a sentence."""
    checked = [answer for answer in submission.answers if not answer.exercise.written]
    right, wrong, untouched, untried = (
        len(submission.having(state)) for state in ("right", "wrong", "not attempted", "not tried")
    )
    total = len(checked)
    if not total:
        return ""
    if right == total:
        return f"{first_letter(all_of(total))} right. Well done!"
    if untried == total:
        return "None of it has been marked yet."
    absent = missing(submission)
    if untouched == total and absent == LOST:
        return "No answer is in what could be read."
    if untouched == total:
        return "Nothing has been attempted yet: it is all still ahead of you."
    if not right:
        begin = f"You have tried {number(wrong)} of {count(total, 'exercise')}" if wrong else "Nothing is right yet"
        rest = "; none is right yet, and below is what each of them needs" if wrong > 1 else ""
        rest = "; it is not right yet, and below is what it needs" if wrong == 1 else rest
        return begin + rest + "."
    parts = [f"{first_letter(number(right))} of {count(total, 'exercise')} {is_are(right)} right"]
    parts += [f"{number(wrong)} {'needs' if wrong == 1 else 'need'} another look"] if wrong else []
    parts += [f"{number(untouched)} {is_are(untouched)} {absent}"] if untouched else []
    parts += [f"{number(untried)} could not be tried"] if untried else []
    return listing(parts) + "."


def missing(submission):
    """What to call answers that are not there: nobody knows whether a part that was lost had any."""
    return LOST if any(note.kind == "damaged" for note in submission.notes) else "not attempted yet"


def all_of(total):
    """ "both exercises are", "all nine exercises are", "the exercise is" """
    if total == 1:
        return "the exercise is"
    return f"{'both exercises' if total == 2 else 'all ' + count(total, 'exercise')} are"


def is_are(value):
    """The verb for a count."""
    return "is" if value == 1 else "are"


def how_many_points(submission, work):
    """The points so far, and what may still come."""
    waiting = submission.having("to be marked")
    if len(submission.having("not tried", "to be marked")) == len(submission.answers):
        return ""
    said = f"You have {of_points(submission.score, work.points)}"
    if submission.score >= work.points and not waiting:
        return f"You have all {of_points(work.points, work.points).partition(' of ')[2]}."
    if waiting:
        more = points(sum(answer.exercise.points for answer in waiting))
        whose = "a written answer, worth" if len(waiting) == 1 else f"{number(len(waiting))} written answers, worth"
        said += f" so far; {whose} up to {more} more, {'has' if len(waiting) == 1 else 'have'} still to be read"
    return said + "."


def where_to_begin(submission):
    """Which exercise to turn to first: one whose mistake is known, else one that is tried, else the first untouched."""
    wrong, untouched = submission.having("wrong"), submission.having("not attempted")
    if len(wrong) > 1:
        known = [answer for answer in wrong if answer.verdict and answer.verdict.mistake]
        why = ": what went wrong there is probably known" if known else ""
        return f"A good place to begin is {place(next(iter(known), wrong[0]).exercise)}{why}."
    if not wrong and untouched:
        hints = untouched[0].exercise.hints
        words = "its hint helps you on" if hints == 1 else f"its {number(hints)} hints go from the idea to the code"
        return f"Next comes {place(untouched[0].exercise)}" + (f"; {words}." if hints else ".")
    return ""


def place(exercise):
    """ "section 2, “A dense layer, back”", or the exercise's name."""
    match = re.match(r"(\d+)\. (.*)", exercise.section)
    if match:
        return f"section {match[1]}, “{match[2]}”"
    return f"“{exercise.title}”"
