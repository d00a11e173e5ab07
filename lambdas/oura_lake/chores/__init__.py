"""What is done for each person once a day, so that nobody has to watch the lake? One file per chore."""
