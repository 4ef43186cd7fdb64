"""The demonstration hall: invented places, people and matters, brought in through the real actions."""
