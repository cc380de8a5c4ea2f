"""lyt publish: an output folder, out into the world."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reader.cli import options
from reader.cli.console import BytesTold, ProgressBar, counted, printable, result, result_json, tell
from reader.cli.feed import output_of

DONE = {"send": "sent", "remove": "removed"}


@click.command(epilog="Example: lyt publish s3://lyd-avis")
@click.argument("target")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be sent and removed.")
@click.option("-v", "--verbose", is_flag=True, help="Name every file.")
@click.option("--everything", is_flag=True, help="Send also what is there already.")
@options.output
@options.config
@options.as_json
def publish(target: str, folder: Path | None, config: Path | None, *, as_json: bool, **given: Any) -> None:
    """Send the episodes in DIR, their pages and their feeds to where they are served.

    TARGET is a folder, s3://BUCKET/FOLDER (any store that speaks S3: AWS_ENDPOINT_URL says where) or
    sftp://USER@HOST/FOLDER. Sound goes first and feeds go last; only what has changed is sent; what was withdrawn is
    taken away. Scripts and other workings stay here, and so do episodes that no feed carries. In the end stdout says
    where the feeds are.
    """
    from reader.publishing import addresses
    from reader.publishing import publish as published

    output, dry_run = output_of(folder, config, given["output"]), given["dry_run"]
    names_all = dry_run or given["verbose"]
    bar = ProgressBar("publishing", BytesTold())
    try:
        shipment = published(output, target, rehearse=dry_run, everything=given["everything"], watch=bar.update)
    finally:
        bar.clear()
    if as_json:
        plain = {"sent": shipment.sent, "removed": shipment.removed, "kept": len(shipment.kept)}
        result_json(plain | {"bytes": shipment.bytes, "dry_run": dry_run})
        return
    if names_all:
        for verb, names in (("send", shipment.sent), ("remove", shipment.removed)):
            for name in names:
                result(f"{f'would {verb}' if dry_run else DONE[verb]:<12}  {printable(name)}")
    done = "would be sent" if dry_run else "sent"
    sent = f"{counted(len(shipment.sent), 'file')} {done} ({shipment.bytes / 1e6:.1f} MB)"
    tell(f"{sent}, {len(shipment.removed)} removed, {len(shipment.kept)} were there")
    for address in () if names_all else addresses(output):
        result(address)
