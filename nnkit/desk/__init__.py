"""The desk: what a student at work is shown, and may ask for.

A check shows its result as a card; `hint` helps one step further each time; `solution` opens once an exercise has
honestly been tried; `progress` draws the map of the course, from a logbook that is the student's alone. While a
notebook is marked or validated nobody sits here: then checks speak in plain text, and nothing is noted.

    screen    whether a person looks, and showing things to them
    card      the result of a check, as HTML          guide     what the course's exercises are called, their hints
    logbook   what was tried, in a local file         help      hint and solution
    map       progress
"""
