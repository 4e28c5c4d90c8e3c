# SPDX-License-Identifier: Apache-2.0
"""What tools/bench measures: a table of rows, each of them commands that do the
same, and which two of them are to stand in which ratio.

"noop", "waiter" and "system_call" are the programs of this directory, WORK is
the directory that the commands are run in.
"""

import dataclasses

# The set of namespaces and mounts that everybody can make.
BWRAP = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
         "--tmpfs", "/tmp", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
# What comes nearest to sbx's own defaults.
NEAREST = [*BWRAP, "--unshare-all", "--die-with-parent", "--hostname",
           "sandbox", "--tmpfs", "/var/tmp", "--tmpfs", "/run", "--cap-drop",
           "ALL"]


@dataclasses.dataclass(frozen=True)
class Target:
    """That `faster` takes at most `most` times what `slower` takes."""
    faster: str
    slower: str
    most: float


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    what: str
    # By the name of the competitor.
    commands: dict
    targets: list
    unit: str = "ms"
    # At most so many of each command, for what takes long.
    runs: int = 1000
    # Left out by --quick.
    slow: bool = False
    # Of the curve that this is a point of.
    curve: str = ""
    size: int = 0
    # Mounts that the host has beyond its own.
    host_mounts: int = 0
    # How many run at once, and of how many; what is told is the time for each.
    at_once: int = 1
    batch: int = 64
    # What a command prints is the figure, instead of the time it takes.
    printed: bool = False
    # Of memory.KINDS; the figure is then that, while the command runs.
    memory: str = ""
    # For bash, in the directory where the commands will run.
    prepare: str = ""


def _same_set(*more, net=False, command="noop"):
    """The same sandbox, by everybody who can make it."""
    bwrap = BWRAP + (["--unshare-net"] if net else []) + list(more)
    floor = (["--net"] if net else []) + list(more)
    return {
        "sbx as bwrap": ["sbx", "bwrap", *bwrap, command],
        "bwrap": ["bwrap", *bwrap, command],
        "floor": ["floor", *floor, command],
    }


# The same set once more, for crun, which wants it in a file.
_CRUN = """
mkdir bundle
python3 - "$(command -v noop)" >bundle/config.json <<'END'
import json, os, sys
def ids(outside):
    return [{"containerID": outside, "hostID": outside, "size": 1}]
def new(where, kind):
    return {"destination": where, "type": kind, "source": kind}
uid, gid = os.getuid(), os.getgid()
print(json.dumps({
    "ociVersion": "1.0.0",
    "process": {"user": {"uid": uid, "gid": gid}, "args": [sys.argv[1]],
                "cwd": "/"},
    "root": {"path": "/", "readonly": True},
    "mounts": [new("/proc", "proc"), new("/dev", "tmpfs"),
               new("/dev/pts", "devpts"), new("/tmp", "tmpfs")],
    "linux": {"uidMappings": ids(uid), "gidMappings": ids(gid),
              "namespaces": [{"type": kind} for kind in
                             ("user", "mount", "pid", "ipc", "uts")]}}))
END
"""


def _start_up():
    commands = _same_set()
    commands.update({
        "floor, no process 1": ["floor", "--as-pid-1", "noop"],
        "floor, with a pivot": ["floor", "--pivot", "noop"],
        "unshare": ["unshare", "--map-current-user", "--mount", "--pid",
                    "--ipc", "--uts", "--fork", "--mount-proc", "noop"],
        "crun": ["crun", "--cgroup-manager=disabled", "--root=WORK/crun", "run",
                 "--bundle=WORK/bundle", "bench"],
        "nsjail": ["nsjail", "--quiet", "--chroot", "/",
                   "--disable_clone_newnet", "--", "noop"],
        "minijail": ["minijail0", "-U", "-m", "-M", "-p", "-v", "-l", "noop"],
        "exec": ["noop"],
    })
    return Row("start-up", "the same set of namespaces and mounts", commands,
               [Target("sbx as bwrap", "bwrap", 0.33),
                Target("sbx as bwrap", "floor", 1.25)], prepare=_CRUN)


def _start_up_net():
    return Row("start-up-net", "the same with a network namespace",
               _same_set(net=True),
               [Target("sbx as bwrap", "bwrap", 0.5),
                Target("sbx as bwrap", "floor", 1.25)])


def _native():
    return Row("native", "sbx's own defaults, and bwrap with the nearest flags",
               {"sbx": ["sbx", "--", "noop"],
                "bwrap": ["bwrap", *NEAREST, "noop"],
                "floor, same set as above": ["floor", "--net", "noop"]},
               [Target("sbx", "bwrap", 0.5)])


def _ids():
    return Row("ids", "subordinate id ranges",
               {"sbx": ["sbx", "--ids=range", "--", "noop"],
                "unshare": ["unshare", "--user", "--map-auto",
                            "--map-current-user", "--mount", "--pid", "--ipc",
                            "--uts", "--net", "--cgroup", "--fork",
                            "--mount-proc", "noop"]},
               [Target("sbx", "unshare", 0.7)])


def _linux_sandbox(net):
    flags = ["-W", "WORK", *(["-N"] if net else []), "--", "noop"]
    return Row("linux-sandbox" + ("-net" if net else ""),
               "Bazel's command line: " + " ".join(flags),
               {"sbx as linux-sandbox": ["sbx", "linux-sandbox", *flags],
                "linux-sandbox": ["linux-sandbox", *flags]},
               [Target("sbx as linux-sandbox", "linux-sandbox", 0.25)])


def _binds(count):
    binds = [word for i in range(count)
             for word in ("--ro-bind", "/usr", f"/tmp/{i}")]
    targets = [Target("sbx as bwrap", "floor", 1.3)]
    if count == 1000:
        targets.append(Target("sbx as bwrap", "bwrap", 0.02))
    return Row(f"binds-{count}", f"{count} read-only binds", _same_set(*binds),
               targets, runs=1000 if count < 1000 else 10,
               curve="read-only binds", size=count)


def _many_binds(count):
    """bwrap takes 9,000 words at most, and so does sbx in its place."""
    native = [f"--ro=/usr:/tmp/{i}" for i in range(count)]
    floor = [word for i in range(count)
             for word in ("--ro-bind", "/usr", f"/tmp/{i}")]
    return Row(f"binds-{count}", f"{count} read-only binds, sbx's own defaults",
               {"sbx": ["sbx", *native, "--", "noop"],
                "floor": ["floor", "--net", *floor, "noop"]},
               [Target("sbx", "floor", 1.3)], runs=10,
               curve="read-only binds", size=count)


def _host(count):
    return Row(f"host-{count}", f"a host with {count} more mounts",
               _same_set(),
               [Target("sbx as bwrap", "bwrap", 0.15),
                Target("sbx as bwrap", "floor", 1.3)],
               runs=20, curve="mounts on the host", size=count,
               host_mounts=count)


def _throughput(net):
    return Row("throughput" + ("-net" if net else ""),
               "8 at once" + (", with a network namespace" if net else ""),
               _same_set(net=net),
               [Target("sbx as bwrap", "bwrap", 0.4),
                Target("sbx as bwrap", "floor", 1.25)], at_once=8, runs=10)


def _actions():
    """1,000 of them: 10 times 100."""
    action = ["cp", "WORK/input", "WORK/output"]
    linux_sandbox = ["-W", "WORK", "--", *action]
    return Row("actions", "actions of a build, 2 at once: cp input output",
               {"plain": action,
                "sbx as linux-sandbox": ["sbx", "linux-sandbox",
                                         *linux_sandbox],
                "sbx": ["sbx", "--", *action],
                "linux-sandbox": ["linux-sandbox", *linux_sandbox],
                "bwrap": ["bwrap", *NEAREST, "--bind", "WORK", "WORK",
                          *action]},
               [Target("sbx as linux-sandbox", "linux-sandbox", 0.25)],
               at_once=2, batch=100, runs=10, prepare="echo input >input")


def _system_call():
    return Row("system-call", "an allowed system call",
               {"sbx": ["sbx", "--", "system_call"],
                "one instruction": ["system_call", "--filter"],
                "no filter": ["system_call"]},
               [Target("sbx", "one instruction", 1.05)], unit="ns",
               printed=True, runs=10)


def _memory(kind, count, targets):
    return Row(f"memory-{kind.lower()}-{count}",
               f"{kind} memory of a sandbox's own processes, {count} at once",
               {**_same_set(command="waiter"),
                "sbx, native": ["sbx", "--", "waiter"]},
               targets, unit="kB", memory=kind, at_once=count, runs=4)


# gmock and gtest, with the samples: 26 compilations and links.
_PROJECT = """
for kind in plain whole each; do
  launcher=()
  [[ $kind != each ]] || launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER='sbx;--')
  cmake -S /usr/src/googletest -B "$kind" -G Ninja -Dgtest_build_samples=ON \
    "${launcher[@]}" >/dev/null
done
"""


def _build():
    def ninja(*launcher):
        return " ".join(["ninja -t clean >/dev/null; exec", *launcher,
                         "ninja -j2 >/dev/null"])
    return Row("build", "GoogleTest and its samples, ninja -j2",
               {"plain": ["sh", "-c", "cd plain; " + ninja()],
                "in one sandbox": ["sh", "-c", "cd whole; " + ninja("sbx --")],
                "an action each": ["sh", "-c", "cd each; " + ninja()]},
               [Target("in one sandbox", "plain", 1.01),
                Target("an action each", "plain", 1.03)],
               slow=True, runs=4, prepare=_PROJECT)


ROWS = [
    _start_up(),
    _start_up_net(),
    _native(),
    _ids(),
    _linux_sandbox(net=False),
    _linux_sandbox(net=True),
    *[_binds(count) for count in (10, 100, 1000)],
    _many_binds(5000),
    *[_host(count) for count in (500, 2000)],
    _throughput(net=False),
    _throughput(net=True),
    _actions(),
    _system_call(),
    _memory("private", 1, [Target("sbx as bwrap", "bwrap", 0.8),
                           Target("sbx, native", "bwrap", 0.8)]),
    _memory("private", 100, [Target("sbx as bwrap", "bwrap", 0.8),
                             Target("sbx, native", "bwrap", 0.8)]),
    _memory("dirty", 1, []),
    _memory("PSS", 1, []),
    _memory("PSS", 100, [Target("sbx as bwrap", "bwrap", 1.0),
                         Target("sbx, native", "bwrap", 1.0)]),
    _build(),
]
