"""What Orlop does, one file a verb. Here the parts are introduced to each other; clock and settings enter here."""
