"""What an interview pipeline is, and when to follow up. No terminal, no network."""
