"""`flask sites …`: the offices that send tickets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Site, SiteSync
from bot.db.models.base import now
from bot.services.sites import (
    SiteError,
    all_sites,
    allow_networks,
    find_or_create_site,
    issue_token,
    known_site,
    place_site,
    revoke_token,
)
from webhook.commands.faults import missing_tables_told

sites_commands = AppGroup(
    "sites", help="The offices that send tickets, their tokens and addresses."
)


@sites_commands.command("add")
@click.argument("site")
@click.option("--name-km", help="What citizens read in Khmer; else the place's office is named.")
@click.option("--name-en", help="What citizens read in English.")
@click.option("--place", help="NCDD code of the place; a district's site is its code anyway.")
def add(site: str, name_km: str | None, name_en: str | None, place: str | None) -> None:
    """Add SITE (a district's code such as 0102, or any id), or change its names and place."""
    with _transaction() as session:
        row, is_new = find_or_create_site(session, site)
        row.name_km = name_km or row.name_km
        row.name_en = name_en or row.name_en
        if place:
            place_site(session, row, place)
        click.echo(f"{'added' if is_new else 'changed'}: {_line(row)}")


@sites_commands.command("token")
@click.argument("site")
def token(site: str) -> None:
    """Print a new token for SITE and nothing else; the token before it ends at once.

    It is shown this once and stored only as a digest. Hand it to the office on a safe way.
    """
    with _transaction() as session:
        row, _ = find_or_create_site(session, site)
        issued = issue_token(row)
    click.echo(issued)


@sites_commands.command("revoke")
@click.argument("site")
def revoke(site: str) -> None:
    """Take SITE's token away: it can send nothing until it gets a new one."""
    with _transaction() as session:
        revoke_token(known_site(session, site))
    click.echo(f"{site} has no token now")


@sites_commands.command("allow")
@click.argument("site")
@click.argument("networks", nargs=-1)
@click.option("--anywhere", is_flag=True, help="Take the list away: SITE may send from anywhere.")
def allow(site: str, networks: tuple[str, ...], anywhere: bool) -> None:
    """Let SITE send from these addresses or networks only, such as 203.0.113.7 or 10.20.0.0/16."""
    if anywhere == bool(networks):
        raise click.UsageError("name addresses or networks, or give --anywhere")
    with _transaction() as session:
        row = known_site(session, site)
        allow_networks(row, networks)
        click.echo(f"{site} may send from: {_networks(row)}")


@sites_commands.command("list")
def list_sites() -> None:
    """Every site: its place, its token's age, from where it may send, when it last did."""
    with _transaction() as session:
        rows = all_sites(session)
        for row in rows:
            click.echo(_line(row))
        if not rows:
            click.echo("no sites yet; `flask sites token 0102` makes one with its token")


@sites_commands.command("log")
@click.argument("site")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
def log(site: str, limit: int) -> None:
    """What SITE sent, latest first."""
    with _transaction() as session:
        row = known_site(session, site)
        syncs = session.scalars(
            select(SiteSync)
            .where(SiteSync.site_id == row.id)
            .order_by(SiteSync.received_at.desc())
            .limit(limit)
        ).all()
        for sync in syncs:
            click.echo(_sync_line(sync))
        if not syncs:
            click.echo(f"{row.id} has sent nothing yet")


@contextmanager
def _transaction() -> Iterator[Session]:
    try:
        with missing_tables_told(), current_app.extensions["chrok"].sessions.begin() as session:
            yield session
    except SiteError as error:
        raise click.ClickException(str(error)) from error


def _line(site: Site) -> str:
    parts = [
        site.id,
        f"place {site.place_code or 'unknown'}",
        f"token of {_moment(site.token_issued_at)}" if site.token_digest else "no token",
        f"from {_networks(site)}",
        f"last sync {_moment(site.last_sync_at)}",
    ]
    if site.silent_from and site.silent_from < now():
        parts.append("SILENT")
    return "  ".join(parts)


def _sync_line(sync: SiteSync) -> str:
    if sync.outcome == "refused":
        return f"{_moment(sync.received_at)}  {sync.source}  refused: {sync.failure}"
    names = ("created", "updated", "unchanged", "stale", "refused", "notices")
    counts = ", ".join(f"{getattr(sync, name)} {name}" for name in names)
    return f"{_moment(sync.received_at)}  {sync.source}  {counts}"


def _networks(site: Site) -> str:
    return ", ".join(site.allowed_networks.split()) or "anywhere"


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return "never"
    return moment.astimezone(current_app.extensions["chrok"].settings.zone).strftime(
        "%Y-%m-%d %H:%M"
    )
