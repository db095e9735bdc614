"""The review console: pages and an API over the same functions as the command line."""
