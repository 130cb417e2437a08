"""Knowledge packs: YAML folders for people, artefacts for kiosks."""
