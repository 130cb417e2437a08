"""What the kiosk knows: knowledge packs, intent model, speech model, model files."""
