"""What hangs on the wall: teams, goals, measures and their values."""
