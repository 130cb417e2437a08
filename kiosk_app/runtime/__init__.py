"""The running kiosk: builds the parts from the configuration, supervises them, carries out what the session wants."""
