"""What the center's officers do to what is held."""
