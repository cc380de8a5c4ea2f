"""What of an output folder is to be sent to a target, kept there and removed; and then it is done, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from reader.errors import PublishError
from reader.files import alone_in
from reader.transfer.courier import Courier, Watch
from reader.transfer.destination import Destination, destination_of
from reader.transfer.parcels import Parcel, copy_of, parcel_of
from reader.transfer.record import Record

LOCK = ".published.lock"
STRETCH_FILES, STRETCH_BYTES = 500, 64 * 2**20  # how much is sent, at most, between two writings of the record


@dataclass(frozen=True, slots=True)
class Shipment:
    """What became of it: the names that were sent, kept and removed, in their order, and how many bytes were sent."""

    sent: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    bytes: int


def _nothing(_name: str) -> bool:
    return False


def _unwatched(_done: int, _total: int) -> None:
    """Nobody watches."""


def transfer(
    output: Path,
    names: Sequence[str],
    target: str,
    *,
    stays: Callable[[str], bool] = _nothing,
    everything: bool = False,
    watch: Watch = _unwatched,
) -> Shipment:
    """Make a target show the files of an output folder that are named: those, and what is not ours.

    `target` is a folder, s3://bucket/folder or sftp://user@host/folder. `names` are paths below `output`, in the order
    in which they must become visible: what others point to comes first. They are sent strictly in this order; what the
    target has already is kept, unless `everything` is to be sent. When all are there, what an earlier transfer brought
    and is named no more is removed; where `stays` says so of its name, only by the transfer after this one. What a
    folder has from elsewhere is written over only with `everything`.

    `watch` is told of the bytes sent so far and of all that will be; what it raises ends the transfer. What was done is
    recorded in the folder, so that the next run goes on from there. Raises PublishError, and then nothing later in the
    order was sent and nothing removed; OutputError where the record cannot be written.
    """
    folder = _real(output)
    destination = destination_of(target, folder)
    parcels = [parcel_of(folder, name) for name in dict.fromkeys(names)]
    with _alone(folder):
        record = Record(folder, destination.address)
        if destination.carrier.is_lost():
            record.copies.clear()
        plan = _planned(record, parcels, stays, everything=everything)
        if not everything:
            _check_places(plan, record, destination)
        _carry_out(plan, record, destination, watch)
    return plan.shipment()


def rehearsed(
    output: Path,
    names: Sequence[str],
    target: str,
    *,
    stays: Callable[[str], bool] = _nothing,
    everything: bool = False,
) -> Shipment:
    """What `transfer` would do; nothing is connected to, and nothing written."""
    folder = _real(output)
    destination = destination_of(target, folder)
    parcels = [parcel_of(folder, name) for name in dict.fromkeys(names)]
    return _planned(Record(folder, destination.address), parcels, stays, everything=everything).shipment()


def take_away(output: Path, target: str, goes: Callable[[str], bool]) -> tuple[str, ...]:
    """Remove from a target what a transfer brought there, where `goes` says so of its name; give the names.

    Raises PublishError; what was removed until then is recorded.
    """
    folder = _real(output)
    destination = destination_of(target, folder)
    with _alone(folder):
        record = Record(folder, destination.address)
        going = tuple(filter(goes, record.copies))
        _carry_out(_Plan((), (), going), record, destination, _unwatched)
    return going


def _check_places(plan: _Plan, record: Record, destination: Destination) -> None:
    """Raise PublishError rather than write over what somebody else put there."""
    for parcel in plan.sending:
        if parcel.name not in record.copies and destination.carrier.has(parcel.name):
            place = f"{parcel.name!r} is at {destination.address}"
            raise PublishError(f"{place} and was not sent from here: move it, or write over all with --everything")


def check_target(output: Path, target: str) -> None:
    """Raise PublishError for a target that makes no sense, or whose kind needs a package; connects to nothing."""
    destination_of(target, output.resolve())


def _real(output: Path) -> Path:
    folder = output.resolve()
    if not folder.is_dir():
        raise PublishError(f"{str(output)!r} is no folder: name the one that holds the episodes")
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep out other runs, whose record would know nothing of ours. Raises PublishError where one is at work."""
    with alone_in(folder, LOCK, waits=False) as is_alone:
        if not is_alone:
            raise PublishError(f"another run publishes from {str(folder)!r}: wait until it is done")
        yield


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be sent, kept and removed; the files to be kept are in the record as they are now."""

    sending: tuple[Parcel, ...]
    keeping: tuple[Parcel, ...]
    removing: tuple[str, ...]
    leaving: tuple[str, ...] = ()

    def bytes(self) -> int:
        return sum(parcel.size for parcel in self.sending)

    def shipment(self) -> Shipment:
        sent, kept = (tuple(parcel.name for parcel in parcels) for parcels in (self.sending, self.keeping))
        return Shipment(sent, kept, self.removing, self.bytes())


def _planned(record: Record, parcels: Sequence[Parcel], stays: Callable[[str], bool], *, everything: bool) -> _Plan:
    kept = [] if everything else [parcel for parcel in parcels if _is_there(record, parcel)]
    names, kept_names = ({parcel.name for parcel in some} for some in (parcels, kept))
    unnamed = [name for name in record.copies if name not in names]
    leaving = tuple(name for name in unnamed if stays(name) and not _is_leaving(record, name))
    return _Plan(
        tuple(parcel for parcel in parcels if parcel.name not in kept_names),
        tuple(kept),
        tuple(name for name in unnamed if name not in leaving),
        leaving,
    )


def _is_leaving(record: Record, name: str) -> bool:
    there = record.copies[name]
    return there is None or there.is_leaving


def _is_there(record: Record, parcel: Parcel) -> bool:
    """Whether the target has the file as it is now; only one that was written to since is read for that."""
    there = record.copies.get(parcel.name)
    if there is None or there.size != parcel.size:
        return False
    if there.mtime_ns == parcel.mtime_ns:
        return True
    here = copy_of(parcel)
    if here.sha256 != there.sha256:
        return False
    record.copies[parcel.name] = here
    return True


def _carry_out(plan: _Plan, record: Record, destination: Destination, watch: Watch) -> None:
    try:
        with Courier(destination, plan.bytes(), watch) as courier:
            for stretch in _stretches(plan.sending):
                record.save(begun=[parcel.name for parcel in stretch])
                for parcel in stretch:
                    record.copies[parcel.name] = None
                    record.copies[parcel.name] = courier.send(parcel)
            for name in plan.leaving:
                there = record.copies[name]
                record.copies[name] = there and replace(there, is_leaving=True)
            for number, name in enumerate(plan.removing, 1):
                courier.remove(name)
                del record.copies[name]
                if number % STRETCH_FILES == 0:
                    record.save()
    finally:
        record.save()


def _stretches(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    """The files in their order, cut where a stretch is long enough."""
    stretch: list[Parcel] = []
    for parcel in parcels:
        too_long = len(stretch) == STRETCH_FILES or sum(p.size for p in stretch) + parcel.size > STRETCH_BYTES
        if stretch and too_long:
            yield stretch
            stretch = []
        stretch.append(parcel)
    if stretch:
        yield stretch
