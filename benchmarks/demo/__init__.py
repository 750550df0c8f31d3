"""What the whole demonstration costs: time, calls, memory."""
