"""Send a finished output folder to where its readers and listeners are: a folder, a bucket, or a host that speaks SFTP.

shipping     what is to be sent, kept and removed, and in which order
record       what each target is known to have
destination  an address becomes a carrier
carriers     the carriers themselves: to a folder here, the others in `bucket` and `sftp`
courier      has a carrier do one thing at a time, with patience, and explains what went wrong
headers      how each file is to be served
"""

from __future__ import annotations

from reader.transfer.headers import headers_of
from reader.transfer.record import targets_of
from reader.transfer.shipping import Shipment, check_target, rehearsed, take_away, transfer

__all__ = ["Shipment", "check_target", "headers_of", "rehearsed", "take_away", "targets_of", "transfer"]
