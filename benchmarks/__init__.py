"""What is fast, measured as ratios: see README.md."""
