"""Seeing: camera, face detection, presence. No frame is ever written or sent."""
