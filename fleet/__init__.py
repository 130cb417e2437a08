"""The link between kiosks and the centre: protocol, device agent, server."""
