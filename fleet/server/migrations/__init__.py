"""The history of the schema, for alembic; ``fleet.server.schema`` applies it."""
