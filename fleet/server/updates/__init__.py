"""The centre's TUF repository: what kiosks may install, signed, and handed out."""
