"""Installing what the centre sent: two slots, a trial, and the way back to the last good one."""
