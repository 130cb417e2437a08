"""The kiosk: session, dialogue, touchscreen, command line and the wiring of all parts."""
