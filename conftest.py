"""How nbval runs the notebooks: alone in an empty folder, the quick ones twice, figures compared by what is seen."""

import os
import tempfile
from pathlib import Path

import nbval.plugin
import pytest
from lessons import notebooks
from notebooks import SVG, visible

QUICK = 15  # stated seconds up to which a notebook runs twice in one kernel; TWICE=1 makes all do so
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the kernels: each worker has one core


class Alone(nbval.plugin.RunningKernel):
    """A kernel in an empty folder of its own, in which a notebook leaves nothing."""

    def __init__(self, kernel_name, cwd, **options):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # Windows may still hold it
        super().__init__(kernel_name, cwd=self.folder.name, **options)

    def stop(self):
        super().stop()
        left = os.listdir(self.folder.name)
        self.folder.cleanup()
        assert not left, f"the notebook leaves files behind: {left}"


nbval.plugin.RunningKernel = Alone


def collected(collector):
    """The cells once; then once more in the same kernel: who changes a number and runs all again breaks nothing."""
    cells = list(type(collector).collect(collector))
    seconds = {n.path: n.seconds for n in notebooks()}.get(Path(collector.path), 0)
    yield from cells
    for cell in cells if seconds <= QUICK or os.environ.get("TWICE") else ():
        facts = {"cell_num": cell.cell_num, "cell": cell.cell, "options": cell.options}
        yield nbval.plugin.IPyNbCell.from_parent(collector, name=f"again, {cell.name}", **facts)


def pytest_configure(config):
    if os.environ.get("PYTHONPATH"):
        raise pytest.UsageError("PYTHONPATH is set, and what lies there would be tested: unset it, or use `make test`.")


def pytest_collectstart(collector):
    if isinstance(collector, nbval.plugin.IPyNbFile):
        collector.sanitize_patterns[SVG] = lambda match: visible(match[0])
        collector.collect = lambda: collected(collector)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """In CI nothing may be skipped but other browsers: its machines have all else that the tests need."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter and os.environ.get("CI") else []
    skipped = [report for report in skipped if "test_engines.py" not in report.nodeid]
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"\nSkipped, and CI should have run it: {', '.join(report.nodeid for report in skipped)}")
