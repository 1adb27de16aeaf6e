"""What the questions found: one finding, and the report of a whole inspection."""
