"""A process beside this one does errands in order; where there is none, or it breaks down, this one does them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from conftest import ROOT

from reader.aside import Aside
from reader.errors import FetchError

pytestmark = pytest.mark.whole

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="a fork is safe on Linux only")

# What every script begins with. A worker of pytest-xdist has several threads, and so may not fork: each script is a
# process of its own. It is given a second processor, so that one forks on any machine.
BEGINNING = """
import json, os, sys, threading, time
from reader import aside
from reader.aside import Aside
from reader.errors import FetchError

os.sched_getaffinity = lambda _process: {0, 1}
OURS, fork, children = os.getpid(), os.fork, []

def counted_fork():
    child = fork()
    if child:
        children.append(child)
    return child

os.fork = counted_fork

def ours():
    return os.getpid() == OURS

def tell(value):
    print(json.dumps(value))

def raised_by(call):
    try:
        return ["answered", call()]
    except BaseException as error:
        return [type(error).__name__, str(error)]

def is_gone(child):
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return True
    return False
"""


def told_by(script: str) -> Any:
    """What a script tells that runs as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGINNING + script],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


# beside this one


@on_linux
def test_answers_come_in_the_order_of_the_errands() -> None:
    """However many errands wait, the first answer is the first errand's, and asking and answering may take turns."""
    told = told_by("""
errands = Aside(lambda: lambda word: word.upper())
for word in ("ravn", "holm", "ørn"):
    errands.ask(word)
first = [errands.answer(), errands.answer()]
errands.ask("fjord")
tell([*first, errands.answer(), errands.answer()])
errands.end()
""")
    assert told == ["RAVN", "HOLM", "ØRN", "FJORD"]


@on_linux
def test_errands_are_done_in_one_other_process() -> None:
    """Errands are not done in this process, nor is what they need imported here; one other process does them all."""
    told = told_by("""
def load():
    import wave
    return lambda word: [os.getpid(), "wave" in sys.modules]

errands = Aside(load)
errands.ask("ravn")
errands.ask("holm")
tell([errands.answer(), errands.answer(), children, "wave" in sys.modules])
errands.end()
""")
    one, other, children, is_here = told
    assert one == other == [children[0], True]
    assert len(children) == 1
    assert not is_here


@on_linux
def test_what_an_errand_needs_is_loaded_before_it_is_asked() -> None:
    """What errands need is loaded once, and as soon as the process is started, before there is any errand."""
    told = told_by("""
asked, answered = os.pipe()

def load():
    os.write(answered, b"loaded")
    return str.upper

errands = Aside(load)
errands.start()
loaded = os.read(asked, 99).decode()
errands.ask("ravn")
errands.ask("holm")
both = [errands.answer(), errands.answer()]
errands.end()
os.close(answered)
tell([loaded, *both, os.read(asked, 99).decode()])
""")
    assert told == ["loaded", "RAVN", "HOLM", ""]


@on_linux
def test_to_start_twice_starts_one_process() -> None:
    """A process that was started is not started again, neither by name nor by an errand."""
    told = told_by("""
errands = Aside(lambda: str.upper)
errands.start()
errands.start()
errands.ask("ravn")
tell([errands.answer(), len(children)])
errands.end()
""")
    assert told == ["RAVN", 1]


@on_linux
def test_what_an_errand_raises_is_raised_here() -> None:
    """An error of ours or of the system that ends an errand is raised where it is answered, and ends nothing else."""
    told = told_by("""
def do(word):
    if word == "ravn":
        raise FetchError("avis.example did not answer")
    if word == "holm":
        raise FileNotFoundError(2, "No such file or directory", "holm.txt")
    return [word, ours()]

errands = Aside(lambda: do)
for word in ("ravn", "holm", "ørn"):
    errands.ask(word)
tell([*(raised_by(errands.answer) for _ in range(3)), len(children)])
errands.end()
""")
    assert told == [
        ["FetchError", "avis.example did not answer"],
        ["FileNotFoundError", "[Errno 2] No such file or directory: 'holm.txt'"],
        ["answered", ["ørn", False]],
        1,
    ]


@on_linux
def test_a_long_errand_and_a_long_answer_arrive_whole() -> None:
    """An errand and its answer may be larger than what fits into a pipe at once."""
    told = told_by("""
errands = Aside(lambda: lambda text: text[::-1])
text = "fjordavisen " * 200_000
errands.ask(text)
tell(errands.answer() == text[::-1])
errands.end()
""")
    assert told is True


@on_linux
@pytest.mark.parametrize("when", ["in its errand", "while it loads", "killed"])
def test_when_the_process_breaks_down_this_one_does_what_is_left(when: str) -> None:
    """A process that dies, at whatever point, costs no errand: those without an answer are done here, in order."""
    told = told_by(f"""
import signal
when = {when!r}

def load():
    if when == "while it loads" and not ours():
        os._exit(3)
    return do

def do(word):
    if word == "holm" and not ours():
        os.kill(os.getpid(), signal.SIGKILL) if when == "killed" else os._exit(3)
    return [word, ours()]

errands = Aside(load)
for word in ("ravn", "holm", "ørn"):
    errands.ask(word)
tell([*(errands.answer() for _ in range(3)), all(map(is_gone, children))])
""")
    is_done_here = when == "while it loads"
    assert told == [["ravn", is_done_here], ["holm", True], ["ørn", True], True]


@on_linux
def test_a_process_that_is_dead_is_asked_in_vain() -> None:
    """An errand for a process that has died meanwhile is done here, and so are others until the end."""
    told = told_by("""
import signal
errands = Aside(lambda: lambda word: [word, ours()])
errands.start()
os.kill(children[0], signal.SIGKILL)
os.waitid(os.P_PID, children[0], os.WEXITED | os.WNOWAIT)
errands.ask("ravn")
answers = [errands.answer()]
errands.ask("holm")
answers.append(errands.answer())
errands.end()
errands.ask("ørn")
answers.append(errands.answer())
errands.end()
tell([*answers, list(map(is_gone, children))])
""")
    assert told == [["ravn", True], ["holm", True], ["ørn", False], [True, True]]


@on_linux
def test_an_error_that_nobody_foresaw_is_met_here() -> None:
    """An error that is neither ours nor the system's breaks the process down, and is then raised by this one."""
    told = told_by("""
def do(word):
    raise ValueError(f"{word} {ours()}")

errands = Aside(lambda: do)
errands.ask("ravn")
tell(raised_by(errands.answer))
""")
    assert told == ["ValueError", "ravn True"]


@on_linux
def test_after_a_breakdown_answers_are_still_those_of_their_errands() -> None:
    """What is asked after the process broke down is not taken for the answer to what was asked before."""
    told = told_by("""
def do(word):
    if word == "ravn" and not ours():
        os._exit(3)
    return word.upper()

errands = Aside(lambda: do)
errands.ask("ravn")
errands.ask("holm")
answers = [errands.answer()]
errands.ask("ørn")
answers.append(errands.answer())
if answers == ["RAVN", "HOLM"]:  # else one might wait for the third without end
    answers.append(errands.answer())
errands.end()
tell(answers)
""")
    assert told == ["RAVN", "HOLM", "ØRN"]


@on_linux
def test_the_end_is_the_end_of_the_process() -> None:
    """After the end the process is gone, also one that is amid an errand or loads for ever, and nobody waits for it."""
    told = told_by("""
def load():
    return lambda word: time.sleep(3600)

def load_for_ever():
    time.sleep(3600)

for errands in (Aside(load), Aside(load), Aside(load_for_ever)):
    errands.start()
    if len(children) == 1:
        errands.ask("ravn")
    errands.end()
    errands.end()
tell([len(children), [is_gone(child) for child in children], raised_by(lambda: os.waitpid(-1, os.WNOHANG))[0]])
""")
    assert told == [3, [True, True, True], "ChildProcessError"]


@on_linux
def test_the_end_forgets_what_was_not_answered() -> None:
    """What was asked before the end is not answered after it, and new errands are done by a new process."""
    told = told_by("""
errands = Aside(lambda: lambda word: [word, ours()])
errands.ask("ravn")
errands.ask("holm")
errands.end()
errands.ask("ørn")
tell([errands.answer(), len(children)])
errands.end()
""")
    assert told == [["ørn", False], 2]


@on_linux
def test_the_process_never_says_what_this_one_had_to_say() -> None:
    """What waits here to be written, or to be done at the exit, is not written or done once more by the process."""
    told = told_by("""
import atexit
atexit.register(lambda: print(']'))
print('["Broen åbner"', end="")
for last in (str.upper, lambda word: 1 / 0, lambda word: os._exit(3) if not ours() else word):
    errands = Aside(lambda: last)
    errands.ask("ravn")
    raised_by(errands.answer)
    errands.end()
print(f", {len(children)}")
""")
    assert told == ["Broen åbner", 3]


@on_linux
def test_a_fork_is_made_only_where_it_is_safe_and_of_use() -> None:
    """A process with threads is not forked, nor is one without a second processor, nor one on another system."""
    told = told_by("""
usual = aside._may_fork()
os.sched_getaffinity = lambda _process: {0}
on_one = aside._may_fork()
os.sched_getaffinity = lambda _process: {0, 1}
sys.platform = "darwin"
on_a_mac = aside._may_fork()
sys.platform = "linux"
again = aside._may_fork()
enough = threading.Event()
thread = threading.Thread(target=enough.wait)
thread.start()
with_thread = aside._may_fork()
errands = Aside(lambda: lambda word: [word, ours()])
errands.ask("ravn")
answer = errands.answer()
enough.set()
thread.join()
tell([usual, on_one, on_a_mac, again, with_thread, answer, children])
""")
    assert told == [True, False, False, True, False, ["ravn", True], []]


# in this one


@pytest.fixture
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process can be forked here."""
    monkeypatch.setattr("reader.aside._may_fork", lambda: False)
    monkeypatch.setattr("os.fork", lambda: pytest.fail("a process was forked"), raising=False)


def telling_where(word: str) -> tuple[str, int]:
    return word.upper(), os.getpid()


@pytest.mark.usefixtures("_alone")
def test_without_a_fork_this_process_does_the_errands() -> None:
    """Where no process can be forked, errands are done here and answered in their order."""
    errands = Aside(lambda: telling_where)
    errands.start()
    for word in ("ravn", "holm"):
        errands.ask(word)
    first = errands.answer()
    errands.ask("ørn")
    answers = [first, errands.answer(), errands.answer()]
    assert answers == [("RAVN", os.getpid()), ("HOLM", os.getpid()), ("ØRN", os.getpid())]


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize(
    "error", [FetchError("avis.example did not answer"), OSError(28, "No space left"), ValueError()]
)
def test_without_a_fork_errors_are_raised_by_the_answer(error: Exception) -> None:
    """Where no process can be forked, an errand's error is raised where it is answered, and the next one is done."""

    def do(word: str) -> str:
        if word == "ravn":
            raise error
        return word

    errands = Aside(lambda: do)
    errands.ask("ravn")
    errands.ask("holm")
    with pytest.raises(type(error)) as caught:
        errands.answer()
    assert caught.value is error
    assert errands.answer() == "holm"


@pytest.mark.usefixtures("_alone")
def test_without_a_fork_the_end_forgets_too() -> None:
    """Where no process can be forked, what was asked before the end is neither done nor answered after it."""
    done: list[str] = []

    def load() -> Callable[[str], None]:
        return done.append

    errands = Aside(load)
    errands.ask("ravn")
    errands.end()
    errands.end()
    errands.ask("holm")
    errands.answer()
    assert done == ["holm"]
