"""What the demo brings along for a machine without microphone, speaker and camera."""
