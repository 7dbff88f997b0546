"""The card: the result of a check as a student sees it.

    +--------------------------------------------------------+
    | ✗ Not right yet                    2. A dense layer    |   the state, in words, a sign and a colour
    |   ✓ it returns dE/dX = ...                             |   what holds, what does not, what was not reached
    |   ✗ the biases take a step along dE/dB ...             |
    |     Expected ..., received ...        [which entries]  |
    |   Probably: the sum over the rows is missing.          |   a known mistake that gives exactly this
    |   hint("dense-backward") helps one step further.       |   what to do next
    +--------------------------------------------------------+

Colours reach a contrast of 4.5 to 1 in JupyterLab's light and dark theme, and are never the only sign.
"""

from html import escape

from nnkit.desk import guide, help

__all__ = ["STYLE", "framed", "of"]

# Without the style (a notebook that JupyterLab does not trust) what is left is a heading, a list and sentences.
# The class stands twice in some rules: so they outweigh JupyterLab's own for lists and tables.
STYLE = """<style>
.nnkit-card {--good: #1a7f37; --bad: #b3261e; --calm: #57606a; max-width: 46em; margin: .4em 0; padding: .6em 1em;
 border: 1px solid var(--calm); border-left: .4em solid var(--tone, var(--calm)); border-radius: .3em;
 background: var(--jp-layout-color1, #fff); color: var(--jp-content-font-color1, #1f2328); line-height: 1.45}
[data-jp-theme-light="false"] .nnkit-card {--good: #57d364; --bad: #ff9a90; --calm: #adbac7}
.nnkit-card[data-state="right"] {--tone: var(--good)} .nnkit-card[data-state="wrong"] {--tone: var(--bad)}
.nnkit-card p {margin: .3em 0} .nnkit-card .headline {color: var(--tone); font-size: 1.1em; font-weight: bold}
.nnkit-card .headline small {float: right; color: var(--calm); font-weight: normal; padding-left: 1em}
.nnkit-card.nnkit-card.nnkit-card ul {list-style: none; margin: .3em 0; padding: 0}
.nnkit-card.nnkit-card li {margin: 0; padding-left: 1.4em}
.nnkit-card li > [aria-hidden] {display: inline-block; width: 1.4em; margin-left: -1.4em; font-weight: bold}
.nnkit-card li[data-holds="True"] > [aria-hidden] {color: var(--good)}
.nnkit-card li[data-holds="False"] > [aria-hidden] {color: var(--bad)}
.nnkit-card li[data-holds="None"] {color: var(--calm)}
.nnkit-card .mistake {border-left: .2em solid var(--tone); padding-left: .6em}
.nnkit-card.nnkit-card pre {font-family: var(--jp-code-font-family, monospace); line-height: 1.1; margin: .3em 0;
 color: var(--calm); background: none} .nnkit-card pre b {color: var(--bad)}
.nnkit-card .unseen {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
.nnkit-card.nnkit-card table {border-collapse: collapse; margin: .3em 0 .6em 1.2em; font-size: 1em; width: auto}
.nnkit-card.nnkit-card.nnkit-card :is(td, th) {text-align: left; padding: .1em 1em .1em 0; white-space: nowrap;
 vertical-align: top; border: 0; background: none}
.nnkit-card.nnkit-card td:first-child {white-space: normal} .nnkit-card.nnkit-card code {white-space: nowrap}
.nnkit-card tr[data-state="solved"] td:last-child {color: var(--good)}
.nnkit-card tr[data-state="attempted"] td:last-child {color: var(--bad)}
.nnkit-card summary {cursor: pointer} .nnkit-card progress {width: 8em; margin: 0 .6em; vertical-align: middle}
@media print {.nnkit-card {break-inside: avoid; background: #fff; color: #000}}
</style>"""
HEADLINES = {
    "right": ("✓", "Right. Well done!"),
    "wrong": ("✗", "Not right yet"),
    "not attempted": ("○", "Not attempted yet"),
}
SIGNS = {True: ("✓", "holds"), False: ("✗", "does not hold"), None: ("·", "not reached")}


def of(verdict):
    """Return the card of a check's Verdict, as HTML."""
    sign, words = HEADLINES[verdict.state]
    headline = f'<p class="headline">{_title(verdict.exercise)}<span aria-hidden="true">{sign}</span> {words}</p>'
    parts = [headline, _claims(verdict), _mistake(verdict.mistake), _what_next(verdict)]
    return framed("".join(parts), f"Check of {verdict.exercise}: {words}", verdict.exercise, verdict.state)


def framed(body, label, exercise="", state=""):
    """Return HTML in the card's frame; `label` is read out as its name."""
    data = f' data-exercise="{escape(exercise)}" data-state="{state}"' if exercise else ""
    return f'{STYLE}<section class="nnkit-card" role="group" aria-label="{escape(label)}"{data}>{body}</section>'


def _title(exercise_id):
    """Return the exercise's title and points; its id where the guide does not know it."""
    try:
        entry = guide.entry(exercise_id)
    except KeyError:
        return f"<small>{escape(exercise_id)}</small>"
    return f"<small>{escape(entry.title)} ({entry.points} points)</small>"


def _claims(verdict):
    """Return the list of what should hold; the details stand below the first that does not."""
    items, details = [], _details(verdict)
    for sentence, holds in verdict.claims:
        sign, word = SIGNS[holds]
        about, details = (details, "") if holds is False else ("", details)
        items.append(
            f'<li data-holds="{holds}"><span aria-hidden="true">{sign}</span><span class="unseen">{word}: </span>'
            f"{escape(sentence)}{about}</li>"
        )
    return f"<ul>{''.join(items)}</ul>{details}" if items else details


def _details(verdict):
    sentences = "".join(f"<p>{escape(detail)}</p>" for detail in verdict.details)
    return sentences + (_picture(verdict.differs) if verdict.differs else "")


def _picture(rows):
    """Draw which entries differ: ■ where they do, · where they agree. Rows are texts of x and ."""
    n_wrong, n_all = "".join(rows).count("x"), sum(map(len, rows))
    lines = ["".join(f"<b>{'■' * len(run)}</b>" if run[0] == "x" else "·" * len(run) for run in _runs(r)) for r in rows]
    words = f"{n_wrong} of {n_all} entries differ{_pattern(rows)}"
    picture = f'<pre role="img" aria-label="{words}">{"<br>".join(lines)}</pre>'
    return f"{picture}<p><small>■ differs{_pattern(rows)}, · agrees</small></p>"


def _runs(row):
    """Split a text into stretches of the same letter."""
    starts = [i for i in range(len(row)) if i == 0 or row[i] != row[i - 1]]
    return [row[start:end] for start, end in zip(starts, [*starts[1:], len(row)], strict=True)]


def _pattern(rows):
    """Say in words where the differences are, if they are whole rows or whole columns and not everywhere."""
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    for name, lines in (("row", rows), ("column", columns)):
        whole = [number for number, line in enumerate(lines) if set(line) == {"x"}]
        if len(lines) > len(whole) > 0 and "x" not in "".join(lines[i] for i in range(len(lines)) if i not in whole):
            return f" ({name}{'s' if len(whole) > 1 else ''} {', '.join(map(str, whole))})"
    return ""


def _mistake(sentence):
    return f'<p class="mistake"><strong>Probably:</strong> {escape(sentence)}</p>' if sentence else ""


def _what_next(verdict):
    """Say what a student may do now."""
    call = f"<code>hint(&quot;{escape(verdict.exercise)}&quot;)</code>"
    if verdict.state == "not attempted":
        text = f"Put your own code in the place of <code>raise NotImplementedError(...)</code>. To begin: {call}"
    elif verdict.state == "wrong":
        opens = help.when_it_opens(verdict.exercise)
        text = f"{call} helps one step further. {call.replace('hint', 'solution') if opens else ''} {opens}"
    else:
        text = "<code>progress()</code> shows where you are."
    return f"<p><small>{text}</small></p>"
