"""What kiosks and the centre say to each other over MQTT 5: topics, messages, bytes."""
