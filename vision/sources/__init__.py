"""Where a camera's frames come from: a device, a board's own camera, or a video file in place of one."""
