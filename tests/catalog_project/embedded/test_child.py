"""The launcher: a program that cannot outlive its starter and knows nothing of Python's habits."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog_project.embedded import processes
from catalog_project.embedded.processes import CHILD, EmbeddedError, spawn, stop
from tests.catalog_project.embedded.running import REPOSITORY, eventually


def launch(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "-S", str(CHILD), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_program_gets_its_arguments_and_its_exit_code_comes_back() -> None:
    result = launch(str(os.getpid()), "15", "same", "sh", "-c", 'echo "$1"; exit 3', "sh", "a b")
    assert (result.stdout, result.returncode) == ("a b\n", 3)


def test_a_starter_that_is_gone_already_gets_no_child() -> None:
    result = launch("1", "15", "same", "echo", "alive")
    assert (result.stdout, result.returncode) == ("", 1)
    assert result.stderr == "child: the starter 1 is gone\n"


def test_a_program_that_is_not_there_is_named_in_one_line() -> None:
    result = launch(str(os.getpid()), "15", "same", "no-such-program")
    assert result.returncode == 1
    assert result.stderr.startswith("child: ")
    assert result.stderr.count("\n") == 1


def test_a_broken_pipe_ends_the_program_as_it_would_from_a_shell() -> None:
    result = launch(str(os.getpid()), "15", "same", "grep", "SigIgn", "/proc/self/status")
    ignored = int(result.stdout.split()[1], 16)
    assert ignored & (1 << (signal.SIGPIPE - 1)) == 0


def test_the_kernel_ends_the_child_when_the_starter_is_killed(tmp_path: Path) -> None:
    program = (
        "import signal, time; from catalog_project.embedded.processes import spawn;"
        "print(spawn(['sleep', '600'], on_parent_death=signal.SIGTERM).pid, flush=True);"
        "time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        child = Path(f"/proc/{int(starter.stdout.readline())}")
        eventually(lambda: b"sleep" in (child / "cmdline").read_bytes(), "the program runs")
        starter.kill()
    eventually(lambda: not child.exists() or is_zombie(child), "the child is gone")


def is_zombie(process: Path) -> bool:
    return ") Z " in (process / "stat").read_text()


def test_a_child_that_does_not_stop_is_killed_with_its_own_children() -> None:
    script = "trap '' TERM; sleep 600 & echo $! >&2; while :; do sleep 1; done"
    reader, writer = os.pipe()
    child = spawn(["sh", "-c", script], on_parent_death=signal.SIGKILL, output=writer)
    grandchild = Path(f"/proc/{int(os.read(reader, 20))}")
    os.close(reader)
    os.close(writer)
    assert stop(child, signal.SIGTERM, patience=0.2) == -signal.SIGKILL
    eventually(lambda: not grandchild.exists() or is_zombie(grandchild), "its child is gone too")


def test_a_system_without_the_kernels_help_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(EmbeddedError, match="only Linux"):
        spawn(["true"], on_parent_death=signal.SIGTERM)


@pytest.mark.skipif(os.geteuid() != 0, reason="changing users needs root")
def test_as_root_a_mapped_program_is_nobody_by_name_and_still_owns_our_files(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").write_text("mine")
    script = 'id -u; stat -c %u "$1/file"; cat "$1/file"'
    result = launch(str(os.getpid()), "15", "mapped", "sh", "-c", script, "sh", str(closed))
    assert result.stdout == f"{processes.NOBODY}\n{processes.NOBODY}\nmine"
