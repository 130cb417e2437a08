"""The kiosk's end of the link: outbox on disk, MQTT connection, knowledge fetch, commands."""
