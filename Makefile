# What a person types. Each target is one command of Python, which says what it does; without make, type it yourself:
#
#     python coursekit/environment.py .venv        (once, and after the lock has changed)
#     .venv/bin/python -m coursekit demo           (Windows: .venv\Scripts\python -m coursekit demo)
#
# PYTHON=python3.12   the Python to build .venv with, if the first that fits is not the one you want
# VENV=/some/env      another environment instead of .venv, a conda one say: make test VENV="$CONDA_PREFIX"
# ARGS=...            handed on to the command:  make test ARGS='-m "not slow"'

VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo "$$p" && break; done)
RUN = "$(VENV)/bin/python" -m

# Compiled once, read often: an environment without bytecode compiles TensorFlow anew at every start.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help environment demo test lab bundle intake grade export report print doctor check selftest release samples normalise results bench bench-trust bench-grading lock

help:           ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1\t/p' Makefile | expand -t 18

environment:    ## make or mend .venv from requirements.lock (every other target does so first)
	@test -n "$(PYTHON)" || { echo "This course needs Python 3.11, 3.12 or 3.13 and found none: install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	@"$(PYTHON)" coursekit/environment.py "$(VENV)"

demo: environment       ## grade the sample class and print its marks
	@$(RUN) coursekit demo $(ARGS)

test: environment       ## all tests (the fast ones only: make test ARGS='-m "not slow"')
	@$(RUN) pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

lab: environment        ## JupyterLab on your own copy of the notebooks, in work/
	@$(RUN) coursekit lab $(ARGS)

bundle: environment     ## the package for students, without solutions: make bundle ARGS=02-numpy-network
	@$(RUN) coursekit bundle $(ARGS)

intake: environment     ## a download from Moodle, Canvas or nbgrader into submitted/: make intake ARGS=FILE.zip
	@$(RUN) coursekit intake $(ARGS)

grade: environment      ## mark what is handed in, several submissions at once: make grade ARGS=02-numpy-network
	@$(RUN) coursekit grade $(ARGS)

export: environment     ## the marks for Moodle, Canvas, or as JSON: make export ARGS=moodle
	@$(RUN) coursekit export $(ARGS)

report: environment     ## pages on what the class has understood, and a note for each student
	@$(RUN) coursekit report $(ARGS)

print: environment      ## notebooks as HTML that needs no internet, and as PDF: make print ARGS=02-numpy-network
	@$(RUN) coursekit print $(ARGS)

doctor: environment     ## what this machine can do, and the cure for what it cannot
	@$(RUN) coursekit doctor $(ARGS)

check: environment      ## lint, formatting, notebooks in normal form, generated files up to date
	@$(RUN) coursekit check

selftest: environment   ## try the checks on right and wrong answers, through the grader: make selftest ARGS=05-imdb
	@$(RUN) coursekit selftest $(ARGS)

release: environment    ## build release/, the students' version, from source/
	@$(RUN) coursekit release $(ARGS)

samples: environment    ## build examples/submissions/ from release/ and examples/answers/
	@$(RUN) coursekit samples $(ARGS)

normalise: environment  ## bring the notebooks in source/ into normal form
	@$(RUN) coursekit normalise $(ARGS)

results: environment    ## run the Keras notebooks on the real data and write docs/results.md
	@$(RUN) coursekit results

bench: environment      ## how fast nnkit trains, beside Keras, PyTorch, scikit-learn and the matrix products alone
	@$(RUN) coursekit bench $(ARGS)

bench-trust: environment  ## what trusted grading costs, as a ratio to stock nbgrader
	@$(RUN) coursekit bench-trust

bench-grading: environment  ## what a class costs, beside stock nbgrader: throughput and memory
	@$(RUN) coursekit bench-grading $(ARGS)

lock: environment       ## pin what pyproject.toml asks for (newest of everything: make lock ARGS=--upgrade)
	@$(RUN) coursekit lock $(ARGS)
