"""A run as on an older CPU really is one, and says so where there is nothing to switch off."""

import platform
from types import SimpleNamespace

import old_cpu
import pytest

NOTHING_LEFT = "import old_cpu; old_cpu.check()"


def test_what_is_still_on_stops_it(monkeypatch):
    monkeypatch.setattr(old_cpu, "newer", lambda: ["AVX2"])
    monkeypatch.setattr(old_cpu, "threadpool_info", lambda: [{"architecture": "Haswell"}, {}])
    with pytest.raises(RuntimeError, match=r"but has AVX2, OpenBLAS for Haswell$"):
        old_cpu.pytest_configure()


def test_what_it_runs_has_nothing_left():
    assert old_cpu.main(["-c", NOTHING_LEFT]) == 0


def test_it_hands_on_whether_a_run_failed():
    assert old_cpu.main(["-c", "raise SystemExit(3)"]) in ({3} if old_cpu.newer() else {0})


def test_every_kernel_checks_itself_before_its_first_cell():
    cells = [SimpleNamespace(cell_num=n, cell=SimpleNamespace(source="x")) for n in (0, 1, 0)]
    old_cpu.pytest_collection_modifyitems([*cells, SimpleNamespace()])
    assert [one.cell.source for one in cells] == [f"{NOTHING_LEFT}\nx", "x", f"{NOTHING_LEFT}\nx"]


@pytest.mark.parametrize(("machine", "names"), [("aarch64", ["SVE"]), ("x86_64", [])])
def test_it_says_so_where_there_is_nothing_to_switch_off(monkeypatch, capsys, machine, names):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(old_cpu, "newer", lambda: names)
    assert old_cpu.main(["-c", "raise SystemExit(3)"]) == 0
    assert "newer" in capsys.readouterr().out
