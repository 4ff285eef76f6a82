"""What the linters cannot say: bans, sizes, templates, routes. Each checker proves that it can
fail.
"""
