"""The youth's file: facts, verbs, pages."""
