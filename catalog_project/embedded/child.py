"""Turn this process into a program that cannot outlive its starter.

    python -I -S child.py PARENT_PID SIGNAL IDENTITY PROGRAM ARGUMENT...

A separate small program instead of `preexec_fn`: no Python code runs in a forked copy of a process
that may have threads. IDENTITY is `same`, `mapped` (a user namespace in which our user is called
nobody) or `UID:GID`. Standard library only; it knows nothing of the rest of the project.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000
NOBODY = 65534

libc = ctypes.CDLL(None, use_errno=True)


class CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class CapabilityData(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def call(name: str, *arguments: int) -> None:
    """Call a function of the C library; an error becomes an OSError that names it."""
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def become_nobody_by_name() -> None:
    """Keep our rights on our files, but appear as nobody to ourselves: PostgreSQL refuses root.

    The mapping changes what the program is called, not what it owns, so that no folder on the
    way to its data has to be opened for anybody else.
    """
    user, group = os.geteuid(), os.getegid()
    call("unshare", CLONE_NEWUSER)
    for file, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{NOBODY} {user} 1"),
        ("gid_map", f"{NOBODY} {group} 1"),
    ):
        with open(f"/proc/self/{file}", "w") as target:  # noqa: PTH123 (pathlib costs 10 ms here)
            target.write(line)


def become(user: int, group: int) -> None:
    """Change to another user for good, keeping only the right to pass closed folders."""
    call("prctl", PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
    mask = 1 << CAP_DAC_OVERRIDE
    header = CapabilityHeader(CAPABILITY_VERSION_3, 0)
    data = (CapabilityData * 2)(CapabilityData(mask, mask, mask), CapabilityData(0, 0, 0))
    if libc.capset(ctypes.byref(header), data) == 0:
        # Without this right (a container that dropped it) open folders still work: no error.
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def take_identity(identity: str) -> None:
    if identity == "mapped":
        become_nobody_by_name()
    elif identity != "same":
        user, group = identity.split(":")
        become(int(user), int(group))


def die_with(parent: int, signal_number: int) -> None:
    """Ask the kernel for `signal_number` on the parent's death, also if it is dead already.

    After the change of identity, because that change clears the request.
    """
    call("prctl", PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(f"child: the starter {parent} is gone")


def main() -> None:
    parent, signal_number, identity, *program = sys.argv[1:]
    take_identity(identity)
    die_with(int(parent), int(signal_number))
    for ignored_by_python in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    os.execvp(program[0], program)  # noqa: S606 (no shell is what we want)


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(f"child: {error}")
