"""What pages ask for."""

