"""What this board does with the kiosk's own parts, measured: the figures of ``kiosk bench``."""
