"""Who may see what, and by which clause: pure functions over partners, agreements and records. No I/O."""
