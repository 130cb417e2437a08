"""Queue tickets: who gives the numbers, what is known of the queues, and what is said of both."""

from kiosk_app.queues.port import Call, Line, QueueError, QueueSystem, Standing, Ticket

__all__ = ["Call", "Line", "QueueError", "QueueSystem", "Standing", "Ticket"]
