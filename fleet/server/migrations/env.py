"""Runs migrations on the connection that ``fleet.server.schema`` hands over, inside its transaction."""

from alembic import context

from fleet.server import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,
)
context.run_migrations()
