"""`dateline audit`: the ledger's proof."""

from dataclasses import asdict

import click

from dateline.exits import Code, Exit

KEEP = "Keep a copy of the database before anything else: docs/operate.md, at Backups"


@click.command()
@click.option("--json", "is_json", is_flag=True, help="One JSON document.")
def command(is_json: bool) -> None:
    """Prove that the ledger adds up and every link resolves; exit 1 where not.

    Example: dateline audit
    """
    from dateline import screen
    from dateline.database import opened
    from pipelines.store.audit import audit

    with opened() as connection:
        found, database = audit(connection.db), connection.db.name
    if is_json:
        screen.write_json({"database": database, **asdict(found), "is_clean": found.is_clean})
    else:
        console = screen.out()
        states = ", ".join(f"{number} {state}" for state, number in sorted(found.by_state.items()))
        console.print(
            f"{screen.counted(found.addresses, 'address', 'addresses')} in {database}: "
            f"{states or 'none'}; "
            f"{screen.counted(found.articles, 'article')}"
        )
        for finding in found.findings:
            mark = "ok   " if not finding.faults else "FAULT"
            shown = f" ({finding.faults}, such as {', '.join(finding.examples)})"
            console.print(f"{mark} {finding.question}{shown if finding.faults else ''}")
        if found.claims_waiting:
            console.print(f"{found.claims_waiting} claims wait for their article; lawful")
    if not found.is_clean:
        faults = sum(finding.faults for finding in found.findings)
        said = f"the ledger in {database} does not add up: {screen.counted(faults, 'fault')}"
        raise Exit(Code.LOOK, f"{said}\n{KEEP}")
