"""Ids of people rest encrypted, found by a keyed digest; of a message's id only the digest is kept.

Downgrading decrypts again. What is only a digest stays one: an old message is not sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.db.keys import keys_of
from bot.encryption import EncryptionKeys

revision = "0012_contact_ids_encrypted"
down_revision = "0011_parts_name_what_was_sent"

Change = Callable[[EncryptionKeys, dict[str, Any]], dict[str, Any]]

_AT_ONCE = 1000
_ENCRYPTED = (("contacts", "external_id"), ("officials", "address"))
_CONTACTS = sa.table("contacts", sa.column("id"), sa.column("external_id", sa.Text))
_INBOX = sa.table(
    "inbox",
    sa.column("id"),
    sa.column("channel"),
    sa.column("contact_id"),
    sa.column("event_id", sa.String),
    sa.column("details", sa.JSON),
)
_NOT_STORED = ("edited_event_id", "from_id", "new_id")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_constraint("uq_contacts_channel_external_id", type_="unique")
    for table, name in _ENCRYPTED:
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column(f"{name}_digest", sa.String(length=64), nullable=True))
            changed.alter_column(name, existing_type=sa.String(length=255), type_=sa.Text())
        _change(_person(table, name), _encrypted(name, with_digest=True))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(
                f"{name}_digest", existing_type=sa.String(length=64), nullable=False
            )
    with op.batch_alter_table("contacts") as contacts:
        contacts.create_unique_constraint(
            op.f("uq_contacts_channel_external_id_digest"), ["channel", "external_id_digest"]
        )
    with op.batch_alter_table("outgoing_emails") as emails:
        emails.alter_column("recipient", existing_type=sa.String(length=255), type_=sa.Text())
    _change(_person("outgoing_emails", "recipient"), _encrypted("recipient", with_digest=False))
    _change(sa.select(_INBOX), _without_ids)


def downgrade() -> None:
    _change(_web_messages(), _with_token)
    with op.batch_alter_table("contacts") as contacts:
        contacts.drop_constraint("uq_contacts_channel_external_id_digest", type_="unique")
    for table, name in (*_ENCRYPTED, ("outgoing_emails", "recipient")):
        _change(_person(table, name), _decrypted(name))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(name, existing_type=sa.Text(), type_=sa.String(length=255))
            if (table, name) in _ENCRYPTED:
                changed.drop_column(f"{name}_digest")
    with op.batch_alter_table("contacts") as contacts:
        contacts.create_unique_constraint(
            op.f("uq_contacts_channel_external_id"), ["channel", "external_id"]
        )


def _person(table: str, name: str) -> sa.Select[Any]:
    columns = [sa.column("id"), sa.column(name, sa.Text), sa.column(f"{name}_digest", sa.String)]
    holder = sa.table(table, *columns)
    return sa.select(holder.c.id, holder.c[name])


def _encrypted(name: str, *, with_digest: bool) -> Change:
    def change(keys: EncryptionKeys, row: dict[str, Any]) -> dict[str, Any]:
        digest = {f"{name}_digest": keys.digest(row[name])} if with_digest else {}
        return {name: keys.encrypt(row[name]), **digest}

    return change


def _decrypted(name: str) -> Change:
    return lambda keys, row: {name: keys.decrypt(row[name])}


def _without_ids(keys: EncryptionKeys, row: dict[str, Any]) -> dict[str, Any]:
    details = {key: value for key, value in row["details"].items() if key not in _NOT_STORED}
    event_id = row["event_id"]
    if event_id.startswith("forgotten:"):
        return {"event_id": event_id, "details": details}
    if row["channel"] == "web":
        # The page tells its own messages from others by this part.
        details["client_id"] = event_id.partition(":")[2]
    return {"event_id": keys.digest(event_id), "details": details}


def _web_messages() -> sa.Select[Any]:
    return (
        sa.select(_INBOX.c.id, _INBOX.c.event_id, _INBOX.c.details, _CONTACTS.c.external_id)
        .join_from(_INBOX, _CONTACTS, _CONTACTS.c.id == _INBOX.c.contact_id)
        .where(_INBOX.c.channel == "web")
    )


def _with_token(keys: EncryptionKeys, row: dict[str, Any]) -> dict[str, Any]:
    details = dict(row["details"])
    client_id = details.pop("client_id", None)
    if client_id is None:
        return {"event_id": row["event_id"], "details": details}
    return {"event_id": f"{keys.decrypt(row['external_id'])}:{client_id}", "details": details}


def _change(query: sa.Select[Any], change: Change) -> None:
    """Give every row of the query's first table its new values, a thousand rows at a time."""
    connection = op.get_bind()
    keys = keys_of(connection.dialect)
    identifier = query.selected_columns[0]
    holder = identifier.table
    for rows in _batches(connection, query, identifier):
        new = [{"row_id": row["id"], **change(keys, row)} for row in rows]
        named = {name: sa.bindparam(name) for name in new[0] if name != "row_id"}
        connection.execute(
            holder.update().where(identifier == sa.bindparam("row_id")).values(named), new
        )


def _batches(
    connection: sa.Connection, query: sa.Select[Any], identifier: Any
) -> Iterator[list[dict[str, Any]]]:
    last = 0
    while True:
        page = query.where(identifier > last).order_by(identifier).limit(_AT_ONCE)
        rows = [dict(row) for row in connection.execute(page).mappings()]
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]
