"""What goes into every evidence pack: the guide, and a checker that needs nothing of ours."""
