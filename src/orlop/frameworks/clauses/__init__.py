"""The frameworks' clauses, one file a framework: number -> what it asks, in our own words."""
