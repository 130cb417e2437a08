"""How the kiosk gets what it shall install: TUF metadata and files, over several ways, verified and resumable."""
