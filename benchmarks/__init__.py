"""How long the project takes, side by side with the least that the same work takes on the machine."""
