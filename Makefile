# A thin list of commands; README.md gives the same ones for those without make.
PYTHON ?= python3
BIN := .venv/bin

# Another Python's packages would come before those of .venv, and pytest would load its plugins.
unexport PYTHONPATH PYTHONHOME

COURSE ?= _course
COURSE_IS = --course "$(COURSE)"

.PHONY: help book html pdf test quick serve notebooks assignments grade marks hub benchmark portability install clean

help:
	@echo "make book         build the site and its PDF (warnings are errors) and print the page to open"
	@echo "make html         build the site only: the quick one after an edit"
	@echo "make pdf          build the PDF; CHAPTERS=\"3 5\" for a PDF of these alone"
	@echo "make test         run every notebook and compare its outputs, and all other tests, on all cores"
	@echo "make quick        while writing: lint, build, house style, load, and the notebooks changed since the last commit"
	@echo "make serve        build the book and open it at a local address"
	@echo "make notebooks    re-execute all notebooks in place; ONLY=1.2 for one lesson, ONLY=3 for a chapter"
	@echo "make assignments  to hand out; CHAPTERS=\"3 5\" SEED=2026 COURSE=folder STUDENTS=file OVERLAY=folder DUE=\"2026-11-30 18:00\""
	@echo "make grade        grade what came back; INBOX=folder (or zip) COURSE=folder JOBS=2"
	@echo "make marks        after grading by hand: marks, feedback, statistics, tables for the platform; COURSE=folder SHEET=file"
	@echo "make hub          try the guide's way for a large class on a JupyterHub of this machine"
	@echo "make benchmark    seconds per notebook and per build; figures of every page of the site"
	@echo "make portability  the notebooks' outputs with other thread counts and CPU features"
	@echo "make clean        remove .venv and _build"

install:
	@$(PYTHON) tools/install.py

book: html
	@$(BIN)/python tools/pdf.py
	@echo "Open $(CURDIR)/_build/html/book/index.html"

html: install
	$(BIN)/jupyter-book build . -W -n --keep-going -q

pdf: html
	$(BIN)/python tools/pdf.py $(CHAPTERS)

test: install
	$(BIN)/ruff check -q book tests tools assignments conftest.py
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

quick: html
	$(BIN)/ruff check -q book tests tools assignments conftest.py
	TWICE=1 $(BIN)/pytest -q -n auto --dist loadfile tests/test_house_style.py tests/test_load.py \
	  $$(git diff --name-only --diff-filter=d HEAD -- "book/*.ipynb")

serve: book
	@echo "The book is at http://127.0.0.1:8000/book/index.html  (Ctrl-C stops it)"
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory _build/html

notebooks: install
	$(BIN)/python tools/notebooks.py $(ONLY)

assignments: install
	@$(BIN)/python tools/assignments.py $(CHAPTERS) $(COURSE_IS) $(if $(SEED),--seed "$(SEED)") \
	  $(if $(STUDENTS),--students "$(STUDENTS)") $(if $(OVERLAY),--overlay "$(OVERLAY)") \
	  $(if $(DUE),--due "$(DUE)")

grade: install
	@$(if $(INBOX),,echo "Say what to grade: make grade INBOX=folder" && exit 1)
	@$(BIN)/python tools/grade.py "$(INBOX)" $(COURSE_IS) $(if $(JOBS),--jobs "$(JOBS)")

marks: install
	@$(BIN)/python tools/grade.py --marks $(COURSE_IS) $(if $(SHEET),--sheet "$(SHEET)")

hub: install
	@$(BIN)/python tools/try_hub.py

benchmark: install
	$(BIN)/python tools/benchmark.py
	$(BIN)/jupyter-book build . -W -n --keep-going -q
	$(BIN)/python tools/site_figures.py

portability: install
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -q book
	OMP_NUM_THREADS=2 OPENBLAS_NUM_THREADS=2 $(BIN)/pytest -q book
	NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL" $(BIN)/pytest -q book
	OPENBLAS_CORETYPE=Prescott ATEN_CPU_CAPABILITY=default $(BIN)/pytest -q book

clean:
	rm -rf .venv _build
