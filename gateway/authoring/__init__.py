"""What an agency's mapping author sees: a file's profile with a draft mapping, and what a mapping makes of each row."""
