"""Figures that answer back: pictures for the notebooks, drawn with the student's own functions, many with sliders.

One module for each idea that a picture explains; `explore` gives any of them its sliders. `nnkit.plots` has the plain
pictures. matplotlib and ipywidgets are imported here and nowhere below.
"""
