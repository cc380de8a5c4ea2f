"""What all voices on the network share: pace, tries, deadlines, and who is trusted."""

from __future__ import annotations

import gc
import json
import logging
import socket
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from slack_time import SlackTime
from speech_stand_in import SpeechStandIn, running

from reader.errors import VoiceError
from voices.online.near import is_near
from voices.online.remote import (
    Answer,
    Limits,
    Pace,
    PassingFaultError,
    Request,
    Service,
    Timing,
    seconds_to_wait,
)

SECRET = "Hemmelighed"
KEY = "sk-very-secret-0123456789"


@pytest.fixture(scope="module")
def server() -> Iterator[SpeechStandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(server: SpeechStandIn) -> SpeechStandIn:
    server.forget()
    return server


@pytest.fixture
def time() -> SlackTime:
    return SlackTime()


@pytest.fixture
def service(time: SlackTime) -> Iterator[Service]:
    made = Service("the service", limits=Limits(deadline=5), pace=Pace(2, 2, time.timing))
    yield made
    made.close()


def request(stand_in: SpeechStandIn, text: str = SECRET) -> Request:
    body = json.dumps({"input": text, "response_format": "pcm"}).encode()
    return Request(f"{stand_in.base}/audio/speech", body, {"Authorization": f"Bearer {KEY}"})


def whole(answer: Answer) -> bytes:
    return answer.body


def test_so_many_a_second(time: SlackTime) -> None:
    """Between two starts there are never less seconds than the pace says, and the first starts at once."""
    pace, starts = Pace(1, 4, time.timing), []
    for _ in range(5):
        with pace.turn():
            starts.append(time.now() - 1000)
    assert starts == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])


def test_time_that_has_passed_is_not_waited_for(time: SlackTime) -> None:
    """Who comes late need not wait, and who has waited long may not catch up by starting twice."""
    pace = Pace(1, 2, time.timing)
    for moment in (0, 10, 10.1):
        time.moment = max(time.moment, 1000 + moment)
        with pace.turn():
            pass
    assert time.sleeps == pytest.approx([0.4])


def test_pace_holds_for_all_threads() -> None:
    """However many threads ask, no more than so many are let through at once, and starts keep their distance."""
    time, most, starts, inside = SlackTime(), 0, [], 0
    pace, lock = Pace(3, 10, time.timing), threading.Lock()
    barrier = threading.Barrier(3)

    def take_turns() -> None:
        nonlocal most, inside
        for _ in range(5):
            with pace.turn():
                with lock:
                    starts.append(time.now())
                    inside += 1
                    most = max(most, inside)
                barrier.wait(5)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=take_turns) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
    assert len(starts) == 30
    assert max(starts) - min(starts) >= 2.9 - 1e-6


def test_hold_stops_everybody(time: SlackTime) -> None:
    """A hold keeps back also those who wait already, and a shorter one later takes nothing from it."""
    pace = Pace(1, 1, time.timing)
    with pace.turn():
        pace.hold(20)
        pace.hold(5)
    with pace.turn():
        assert time.now() == pytest.approx(1020)


def test_busy_service_slows_all_threads(stand_in: SpeechStandIn, service: Service, time: SlackTime) -> None:
    """Where the service tells one thread to wait, no other asks before that time is over."""
    stand_in.plan.append("429 20")
    seen: list[float] = []

    def note(answer: Answer) -> bytes:
        seen.append(time.now())
        return answer.body

    with ThreadPoolExecutor(1) as other:
        service.ask(request(stand_in), note)
        other.submit(service.ask, request(stand_in), note).result()
    assert seen[0] >= 1020
    assert time.sleeps[0] == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize("fault", ["429", "500", "503", "408", "cut"])
def test_tries_wait_ever_longer(stand_in: SpeechStandIn, service: Service, time: SlackTime, fault: str) -> None:
    """A fault that may pass is tried again after half a second, one, two and four, and then no more."""
    stand_in.plan.extend([fault] * 9)
    with pytest.raises(PassingFaultError):
        service.ask(request(stand_in), whole)
    assert time.sleeps == pytest.approx([0.5, 1, 2, 4])
    assert len(stand_in.texts) == 5


def test_jitter(stand_in: SpeechStandIn, time: SlackTime) -> None:
    """Chance moves each wait by up to half of it, so that many readers do not come back as one."""
    for chance, wait in ((0.0, 0.25), (1.0, 0.75)):
        timing = Timing(time.now, time.sleep, partial(float, chance))
        service = Service("it", pace=Pace(1, 50, timing))
        stand_in.plan.append("500")
        service.ask(request(stand_in), whole)
        service.close()
        assert time.sleeps.pop() == pytest.approx(wait)


@pytest.mark.parametrize("fault", ["403", "404", "400", "401", "redirect", "204"])
def test_refusal_is_not_asked_again(stand_in: SpeechStandIn, service: Service, fault: str) -> None:
    """A service that refuses, or sends us elsewhere, is asked once."""
    stand_in.plan.append(fault)
    with pytest.raises(VoiceError, match="HTTP " + (fault if fault.isdigit() else "302")) as caught:
        service.ask(request(stand_in), whole)
    assert not isinstance(caught.value, PassingFaultError)
    assert len(stand_in.texts) == 1


@pytest.mark.parametrize("status", ["429", "503"])
def test_retry_after_is_obeyed(stand_in: SpeechStandIn, service: Service, time: SlackTime, status: str) -> None:
    """The service's wish to wait is obeyed, and a little added."""
    stand_in.plan.append(f"{status} 7")
    service.ask(request(stand_in), whole)
    assert 7 <= sum(time.sleeps) < 7.1


def test_retry_after_too_long(stand_in: SpeechStandIn, service: Service, time: SlackTime) -> None:
    """A service that asks for an hour is given up at once."""
    stand_in.plan.append("429 3600")
    with pytest.raises(VoiceError, match="asks to wait 3600 seconds"):
        service.ask(request(stand_in), whole)
    assert time.sleeps == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("soon", None),
        ("-1", None),
        ("5", 5),
        ("Mon, 03 Jun 2024 10:00:30 GMT", 30),
        ("Mon, 03 Jun 2024 09:00:00 -0000", 0),
        ("Mon, 03 Jun 99999999 09:00:00 GMT", None),
    ],
)
def test_seconds_to_wait(header: str | None, seconds: float | None) -> None:
    """Retry-After is read as seconds or as a date, and as nothing where it is neither."""
    assert seconds_to_wait(header, datetime(2024, 6, 3, 10, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("fault", ["silence", "drip", "header drip"])
def test_deadline(stand_in: SpeechStandIn, fault: str) -> None:
    """An answer that does not come, or only drips in, is given up at the deadline, and its connection is closed."""
    stand_in.plan.append(fault)
    service = Service("it", limits=Limits(deadline=0.3, tries=1))
    with pytest.raises(PassingFaultError, match=r"within 0[.]3 seconds"):
        service.ask(request(stand_in), whole)
    assert service.ask(request(stand_in), whole)
    service.close()


def test_slow_look_up(stand_in: SpeechStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the name of the service is looked up for ever, the deadline holds all the same."""
    release = threading.Event()
    real = socket.getaddrinfo

    def slow(*arguments: Any, **options: Any) -> Any:
        release.wait(10)
        return real(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    service = Service("it", limits=Limits(deadline=0.2, tries=1))
    with pytest.raises(PassingFaultError, match=r"reached within 0[.]2 seconds"):
        service.ask(request(stand_in), whole)
    release.set()


@pytest.mark.parametrize("fault", [socket.gaierror("no such name"), UnicodeError("label too long")])
def test_unknown_name(monkeypatch: pytest.MonkeyPatch, time: SlackTime, fault: Exception) -> None:
    """A name that nobody knows ends, after the tries, in one error of ours."""

    def fail(*_: Any, **__: Any) -> Any:
        raise fault

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    service = Service("it", pace=Pace(1, 2, time.timing))
    with pytest.raises(PassingFaultError, match="check the network"):
        service.ask(Request("http://nowhere.invalid/v1", b"{}", {}), whole)
    assert len(time.sleeps) == 4


def test_nobody_listens(service: Service) -> None:
    """A refused connection is a fault that may pass, with a name."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        with pytest.raises(PassingFaultError, match="the connection to the service failed"):
            service.ask(Request(address, b"{}", {}), whole)


def test_huge_answer(stand_in: SpeechStandIn, service: Service) -> None:
    """An answer without end is cut off at the limit, and not asked for again."""
    stand_in.plan.append("huge")
    with pytest.raises(VoiceError, match="2000000 bytes"):
        service.ask(request(stand_in), whole)
    assert len(stand_in.texts) == 1


def test_what_is_read_may_be_a_passing_fault(stand_in: SpeechStandIn, service: Service) -> None:
    """Where the answer is no good though it came, it is asked for again like one that did not come."""
    answers: list[Answer] = []

    def read(answer: Answer) -> int:
        answers.append(answer)
        if len(answers) < 3:
            raise PassingFaultError("no good")
        return len(answers)

    assert service.ask(request(stand_in), read) == 3


def test_one_connection_is_kept(stand_in: SpeechStandIn, service: Service) -> None:
    """Requests one after another share a connection."""
    for _ in range(3):
        service.ask(request(stand_in), whole)
    assert (len(stand_in.texts), stand_in.connections) == (3, 1)


def test_connections_end_with_the_service(stand_in: SpeechStandIn, service: Service) -> None:
    """Closing lets go of the connections, a later request opens new ones, and a forgotten service closes itself."""
    service.ask(request(stand_in), whole)
    service.close()
    service.close()
    service.ask(request(stand_in), whole)
    assert stand_in.connections == 2
    forgotten = Service("it")
    forgotten.ask(request(stand_in), whole)
    gone = weakref.ref(forgotten)
    del forgotten
    gc.collect()
    assert gone() is None


def test_cookies_are_not_kept(stand_in: SpeechStandIn, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service wants us to say of ourselves next time is forgotten."""
    cookie = {"Set-Cookie": "who=me; Path=/"}
    monkeypatch.setattr(SpeechStandIn, "answer", lambda _self, _fault, _text: (200, cookie, b"fine"))
    for _ in range(2):
        service.ask(request(stand_in), whole)
    assert [headers.get("cookie") for headers in stand_in.headers] == [None, None]


def test_secrets_stay_out_of_logs(
    stand_in: SpeechStandIn, service: Service, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The most talkative log holds neither the text nor the key, not even where the service sends both back."""
    echo = {"X-Echo": f"{SECRET} {KEY}"}
    monkeypatch.setattr(SpeechStandIn, "answer", lambda _self, _fault, _text: (200, echo, b"fine"))
    caplog.set_level(logging.DEBUG)
    sent = request(stand_in)
    assert service.ask(sent, whole) == b"fine"
    assert SECRET not in caplog.text
    assert KEY not in caplog.text
    assert KEY not in repr(sent)


def test_compressed_answer(stand_in: SpeechStandIn, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that was compressed unasked is refused, as nobody knows how large it is."""
    monkeypatch.setattr(SpeechStandIn, "answer", lambda _self, _fault, _text: (200, {"Content-Encoding": "gzip"}, b"x"))
    with pytest.raises(VoiceError, match="compressed"):
        service.ask(request(stand_in), whole)


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("localhost", True),
        ("tts.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.7", True),
        ("10.0.0.1", True),
        ("fd00::5", True),
        ("192.0.2.1", False),
        ("8.8.8.8", False),
        ("localhost.example", False),
        ("kokoro", False),
        ("2130706433", False),
    ],
)
def test_is_near(host: str, near: bool) -> None:
    """Near is this machine and what stands in a private network, by an address or by the one name that all know."""
    assert is_near(host) is near
