"""What the centre may have this kiosk show and do from afar; pure but for the file of the notices."""
