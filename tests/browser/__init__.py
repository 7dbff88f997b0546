"""JupyterLab in a real browser, as a student and an instructor use it.

A package, unlike the folders beside it, so that its conftest.py has a name of its own. Pictures of what was seen are
left in the folder that ARTEFACTS names, or in `screenshots/`.
"""
