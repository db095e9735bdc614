"""What a run leaves behind for people, and checks of the record."""
